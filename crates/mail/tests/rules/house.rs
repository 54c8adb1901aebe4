//! A node that sends mails, and a transport that does as it is told.

use crate::jobs_table::{JobsTable, jobs_table};
use crate::samples::{brand, letter};
use async_trait::async_trait;
use mainstay_kernel::{Clock, Keyring, SystemIds};
use mainstay_mail::{Content, Letter, MailCarrier, Mailer, Message, SealedMail, SendError, Transport};
use mainstay_store::Database;
use mainstay_store::jobs::{self, Handler, NewJob, Workers};
use mainstay_testkit::ManualClock;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::timeout;

pub(crate) type Answers = Vec<Result<(), SendError>>;

/// What the transport was given.
pub(crate) struct Sent {
    pub(crate) subject: String,
    pub(crate) whole: Vec<u8>,
}

/// Answers as scripted, then yes to all.
struct Scripted {
    answers: Mutex<VecDeque<Result<(), SendError>>>,
    sent: mpsc::UnboundedSender<Sent>,
}

#[async_trait]
impl Transport for Scripted {
    async fn send(&self, message: &Message) -> Result<(), SendError> {
        let sent = Sent { subject: message.subject().to_owned(), whole: message.formatted() };
        self.sent.send(sent).expect("the test listens");
        self.answers.lock().expect("nobody panicked").pop_front().unwrap_or(Ok(()))
    }

    async fn check(&self) -> Result<(), SendError> {
        Ok(())
    }
}

pub(crate) fn keyring() -> Arc<Keyring> {
    Arc::new(Keyring::parse(&Keyring::generate(&SystemIds)).expect("a keyring"))
}

pub(crate) struct House {
    pub(crate) table: Arc<dyn JobsTable>,
    pub(crate) clock: ManualClock,
    pub(crate) sent: mpsc::UnboundedReceiver<Sent>,
    database: Database,
    mailer: SealedMail,
    carrier: Arc<dyn Handler>,
}

impl House {
    /// A house whose transport answers like this.
    pub(crate) fn new(database: Database, answers: Answers) -> Self {
        let (give, sent) = mpsc::unbounded_channel();
        let transport = Scripted { answers: Mutex::new(answers.into()), sent: give };
        Self::with(database, Arc::new(transport), sent)
    }

    /// A house with a transport of the test's own.
    pub(crate) fn with(database: Database, way: Arc<dyn Transport>, sent: mpsc::UnboundedReceiver<Sent>) -> Self {
        let (keyring, clock) = (keyring(), ManualClock::new());
        let carrier = Arc::new(MailCarrier::new(Arc::clone(&keyring), brand(), way, Arc::new(clock.clone())));
        let mailer = SealedMail::new(keyring, Arc::new(SystemIds));
        Self { table: jobs_table(&database), clock, sent, database, mailer, carrier }
    }

    pub(crate) fn job(&self, content: Content) -> NewJob {
        self.mailer.job(&letter(content), self.clock.now())
    }

    /// Posts a letter with a change that is kept.
    pub(crate) async fn post(&self, content: Content) {
        self.post_letter(&letter(content)).await;
    }

    pub(crate) async fn post_letter(&self, letter: &Letter) {
        let now = self.clock.now();
        self.table.keep(self.mailer.job(letter, now), now).await.expect("kept");
    }

    pub(crate) fn work(&self) -> Workers {
        let clock: Arc<dyn Clock> = Arc::new(self.clock.clone());
        Workers::start(&jobs::open(&self.database), vec![Arc::clone(&self.carrier)], &clock, "node")
    }

    /// What is sent next, however long the worker waits before it tries again.
    pub(crate) async fn next_sent(&mut self) -> Sent {
        loop {
            if let Ok(sent) = timeout(Duration::from_millis(50), self.sent.recv()).await {
                return sent.expect("the transport lives");
            }
            self.clock.advance(Duration::from_secs(5));
        }
    }
}
