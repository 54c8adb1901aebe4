//! The way out of a box: a proxy that looks where its tunnels lead.

mod attending;
mod counted;
mod guard;
mod hosts;
mod own;
mod refusal;
mod relayed;
mod target;
#[cfg(test)]
mod tests;
mod variables;

pub(crate) use self::attending::Attending;
use self::counted::Count;
use self::guard::Guard;
pub use self::hosts::Hosts;
pub(crate) use self::variables::variables;
use mainstay_outbound::{Names, Reach};
use std::io;
use std::net::TcpListener as StdListener;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::{JoinHandle, JoinSet};

/// Connections that a box may have to its proxy at a time. Further ones wait, so that no box uses up the open files of
/// the process.
const MOST_CONNECTIONS: usize = 128;
/// How long the proxy rests when no connection can be taken, as when no file can be opened.
const REST: Duration = Duration::from_millis(100);

/// Lets boxes reach hosts, and those alone that they may. A clone is cheap.
#[derive(Clone)]
pub struct Egress {
    guard: Arc<Guard>,
}

/// Hears what was refused.
pub trait Refusals: Send + Sync {
    /// A sentence that names the host, and says why.
    fn refused(&self, sentence: String);
}

/// What does not fit into the channel is lost: a program that is refused a thousand times need not be told each time.
impl Refusals for mpsc::Sender<String> {
    fn refused(&self, sentence: String) {
        let _ = self.try_send(sentence);
    }
}

impl Egress {
    /// To these hosts, at addresses within this reach, and never to this machine or to the host at which the
    /// installation itself answers.
    pub fn new(hosts: Hosts, names: Arc<dyn Names>, reach: Reach, own_host: &str) -> Self {
        Self { guard: Arc::new(Guard::new(hosts, names, reach, own_host)) }
    }

    /// The same, to these hosts alone of those that it reaches.
    #[must_use]
    pub fn narrowed(&self, hosts: Hosts) -> Self {
        Self { guard: Arc::new(self.guard.narrowed(hosts)) }
    }

    /// Attends to connections of one box that somebody else takes.
    pub(crate) fn attending(&self, refusals: Arc<dyn Refusals>) -> Arc<Attending> {
        Arc::new(Attending::new(Arc::clone(&self.guard), refusals, Arc::default()))
    }

    /// Serves whoever connects here, within a runtime and until what this gives is dropped.
    ///
    /// # Errors
    /// When the runtime cannot watch the listener.
    pub fn serve(&self, listener: StdListener, refusals: Arc<dyn Refusals>) -> io::Result<Served> {
        listener.set_nonblocking(true)?;
        let listener = TcpListener::from_std(listener)?;
        let count = Arc::new(Count::default());
        let attending = Attending::new(Arc::clone(&self.guard), refusals, Arc::clone(&count));
        Ok(Served { accepting: tokio::spawn(accept(listener, Arc::new(attending))), count })
    }
}

/// A proxy that is served. Dropped, it ends with all its tunnels.
pub struct Served {
    accepting: JoinHandle<()>,
    count: Arc<Count>,
}

/// What went through a proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Traffic {
    /// Bytes that hosts were sent.
    pub sent: u64,
    /// Bytes that came from them.
    pub received: u64,
}

impl Served {
    /// What has gone through so far.
    pub fn traffic(&self) -> Traffic {
        self.count.traffic()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Attends to each connection. All of them end with this.
async fn accept(listener: TcpListener, attending: Arc<Attending>) {
    let seats = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let mut attended = JoinSet::new();
    while let Ok(seat) = Arc::clone(&seats).acquire_owned().await {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(REST).await;
            continue;
        };
        let attending = Arc::clone(&attending);
        attended.spawn(async move {
            attending.attend(stream).await;
            drop(seat);
        });
        while attended.try_join_next().is_some() {}
    }
}
