//! The rules of metrics.

use super::counted::Counters;
use super::model::{MetricsQuery, Series, Span};
use super::service::MetricsService;
use super::store::{MetricStore, Sample};
use super::tally::Tally;
use crate::error::HostingError;
use crate::ids::{DeploymentId, SiteId};
use crate::running::Upstreams;
use async_trait::async_trait;
use mainstay_kernel::{Clock, Timestamp, WorkspaceId};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

/// Counts what sites answer and use.
pub struct Metrics {
    store: Arc<dyn MetricStore>,
    counters: Arc<Counters>,
    upstreams: Arc<Upstreams>,
    clock: Arc<dyn Clock>,
    /// Tells what this process counted from what others did.
    node: String,
    book: Mutex<Book>,
}

/// What is to be written, and from where counting goes on.
struct Book {
    /// The minute that is being counted.
    minute: Timestamp,
    unwritten: Vec<Sample>,
    /// The processor time that each program had used when it was last looked at.
    used: HashMap<SiteId, (Start, u64)>,
}

/// Which start of which deployment.
type Start = (DeploymentId, i64);

/// Most samples that wait for a database that does not answer.
const MOST_UNWRITTEN: usize = 100_000;
/// A day, for those who ask by hours and do not say since when.
const DAY: Duration = Duration::from_hours(24);

impl Metrics {
    pub(crate) fn new(
        store: Arc<dyn MetricStore>,
        (counters, upstreams): (Arc<Counters>, Arc<Upstreams>),
        (clock, node): (Arc<dyn Clock>, String),
    ) -> Self {
        let minute = Span::Minute.begin_of(clock.now());
        let book = Book { minute, unwritten: Vec::new(), used: HashMap::new() };
        Self { store, counters, upstreams, clock, node, book: Mutex::new(book) }
    }

    /// Writes each minute once it is over, until it is aborted.
    pub fn start(self: &Arc<Self>) -> JoinHandle<()> {
        let own = Arc::clone(self);
        tokio::spawn(async move {
            loop {
                let now = own.clock.now();
                let next = Span::Minute.begin_of(now).plus(Span::Minute.length());
                tokio::time::sleep(next.since(now)).await;
                own.write().await;
            }
        })
    }

    /// Writes what was counted, if the minute is over. What cannot be written now is with the next one.
    pub async fn write(&self) {
        let mut book = self.book.lock().await;
        let minute = Span::Minute.begin_of(self.clock.now());
        if minute > book.minute {
            self.close(&mut book).await;
            book.minute = minute;
        }
    }

    /// Writes what was counted, since the process is about to end.
    pub async fn end(&self) {
        let mut book = self.book.lock().await;
        self.close(&mut book).await;
    }

    async fn close(&self, book: &mut Book) {
        let mut tallies = self.counters.take();
        for site in self.upstreams.sites() {
            if let Some(used) = self.used(&site, book.used.get(&site)) {
                tallies.entry(site.clone()).or_default().add(&used.1);
                book.used.insert(site, used.0);
            } else {
                book.used.remove(&site);
            }
        }
        let at = book.minute;
        book.unwritten.extend(tallies.into_iter().map(|(site, tally)| Sample { site, at, tally }));
        if book.unwritten.is_empty() {
            return;
        }
        match self.store.add(self.node.clone(), book.unwritten.clone()).await {
            Ok(()) => book.unwritten.clear(),
            Err(cause) => {
                let too_many = book.unwritten.len().saturating_sub(MOST_UNWRITTEN);
                book.unwritten.drain(..too_many);
                tracing::warn!(%cause, "what sites answered could not be written; it is with the next minute");
            }
        }
    }

    /// What the program of a site has used since before, and from where that goes on.
    fn used(&self, site: &SiteId, before: Option<&(Start, u64)>) -> Option<((Start, u64), Tally)> {
        let instance = self.upstreams.of(site).present()?;
        let usage = instance.usage()?;
        let start = (instance.deployment.clone(), instance.generation);
        let counted = before.filter(|(own, _)| *own == start).map_or(0, |(_, micros)| *micros);
        let tally = Tally {
            cpu_micros: Some(usage.cpu_micros.saturating_sub(counted)),
            memory_bytes: Some(usage.memory_bytes),
            processes: usage.processes.map(u64::from),
            ..Tally::default()
        };
        Some(((start, usage.cpu_micros), tally))
    }

    /// What a site has answered and used within minutes that are not written.
    async fn unwritten(&self, site: &SiteId) -> Vec<(Timestamp, Tally)> {
        let book = self.book.lock().await;
        let mut now = self.counters.look(site);
        if let Some((_, used)) = self.used(site, book.used.get(site)) {
            now.add(&used);
        }
        let late = book.unwritten.iter().filter(|sample| sample.site == *site);
        late.map(|sample| (sample.at, sample.tally.clone())).chain([(book.minute, now)]).collect()
    }
}

#[async_trait]
impl MetricsService for Metrics {
    async fn of_site(
        &self,
        workspace: WorkspaceId,
        site: &SiteId,
        query: MetricsQuery,
    ) -> Result<Series, HostingError> {
        let (span, (from, to)) = read(query, self.clock.now())?;
        let tallies = |span, from| self.store.tallies(workspace, site.clone(), span, (from, to));
        let mut written = tallies(span, from).await?.ok_or(HostingError::SiteNotFound)?;
        if span == Span::Hour {
            // Hours that are not made yet are in their minutes.
            let last = written.iter().map(|(at, _)| at.plus(Span::Hour.length())).max();
            let minutes = tallies(Span::Minute, last.unwrap_or(from)).await?;
            written.extend(minutes.unwrap_or_default());
        }
        written.extend(self.unwritten(site).await);
        let mut points = BTreeMap::<Timestamp, Tally>::new();
        for (at, tally) in written.into_iter().filter(|(at, tally)| (from..to).contains(at) && !tally.is_empty()) {
            points.entry(span.begin_of(at)).or_default().add(&tally);
        }
        Ok(Series { span, points: points.into_iter().collect() })
    }
}

/// By what, since when and until when is asked.
fn read(query: MetricsQuery, now: Timestamp) -> Result<(Span, (Timestamp, Timestamp)), HostingError> {
    let span = query.span.unwrap_or(Span::Minute);
    let to = query.to.unwrap_or_else(|| now.plus(Duration::from_micros(1)));
    let usual = if span == Span::Hour { DAY } else { Span::Hour.length() };
    let from = query.from.unwrap_or_else(|| to.minus(usual));
    if from >= to {
        return Err(HostingError::field("from", "before", "from must be before to"));
    }
    if to.since(from) > span.kept() {
        let hours = span.kept().as_secs() / 3600;
        let text = format!("from must be at most {hours} hours before to, by the {}", span.name());
        return Err(HostingError::field("from", "range", text));
    }
    Ok((span, (span.begin_of(from), to)))
}
