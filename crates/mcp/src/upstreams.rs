//! Connections to servers that are not built in: processes and addresses.
//!
//! A connection is opened when it is first asked, shared by all who ask for the same workspace, and closed when nobody
//! has asked for a while. One that failed is opened anew at the next request, after a wait that grows with every
//! failure in a row. A request is sent once: whether one that got no answer was carried out cannot be known.

mod address;
mod asking;
mod bounds;
mod connection;
mod ears;
mod ending;
mod errand;
mod line;
mod lists;
mod opening;
mod patience;
mod process;
mod requests;
mod seats;
mod watching;
mod web;
mod wire;

pub use address::Address;
pub use bounds::Bounds;
pub use process::Ceilings;

use self::line::{Exchange, Line};
use self::seats::Seats;
use crate::model::ServerName;
use crate::news::Lists;
use crate::upstream::Upstream;
use futures_util::future::join_all;
use mainstay_kernel::{Clock, Ids, WorkspaceId};
use mainstay_outbound::OutboundFlows;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Told that what a server of a workspace offers is no longer what it was. It must not block.
pub type OnChange = Arc<dyn Fn(WorkspaceId, &ServerName, Lists) + Send + Sync>;

/// The same of one server.
type Changed = Arc<dyn Fn(Lists) + Send + Sync>;

/// Where now, chance and the way out come from.
pub struct Surroundings {
    /// Now.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub ids: Arc<dyn Ids>,
    /// The way out.
    pub outbound: Arc<dyn OutboundFlows>,
}

/// The connections that there are.
pub struct Upstreams {
    exchange: Arc<Exchange>,
    lines: Mutex<Lines>,
}

#[derive(Default)]
struct Lines {
    current: HashMap<(WorkspaceId, ServerName), Arc<Line>>,
    /// Those whose server has moved, until nobody asks them any more.
    retired: Vec<Arc<Line>>,
    is_closed: bool,
}

impl Upstreams {
    /// No connection yet.
    pub fn new(bounds: Bounds, surroundings: Surroundings, on_change: OnChange) -> Self {
        let Surroundings { clock, ids, outbound } = surroundings;
        let seats = Arc::new(Seats::new(bounds.connections_of_workspace, bounds.connections_of_server));
        let exchange = Arc::new(Exchange { bounds, outbound, clock, ids, on_change, seats });
        Self { exchange, lines: Mutex::default() }
    }

    /// The server of this name, which is at this address, for this workspace. Nothing is connected before it is asked.
    pub fn of(&self, workspace: WorkspaceId, server: &ServerName, address: &Address) -> Arc<dyn Upstream> {
        let mut lines = self.lines();
        let key = (workspace, server.clone());
        if let Some(line) = lines.current.get(&key).filter(|line| line.leads_to(address)) {
            return Arc::clone(line) as Arc<dyn Upstream>;
        }
        let line = Arc::new(Line::new(&self.exchange, workspace, server.clone(), address.clone()));
        if lines.is_closed {
            line.refuse();
        } else if let Some(moved) = lines.current.insert(key, Arc::clone(&line)) {
            lines.retired.push(moved);
        }
        line
    }

    /// How many connections are open, or being opened.
    pub fn count(&self) -> usize {
        self.exchange.seats.taken()
    }

    /// Ends the connection of this workspace to this server; who waits for an answer is told.
    pub async fn forget(&self, workspace: WorkspaceId, server: &ServerName) {
        let line = self.lines().current.remove(&(workspace, server.clone()));
        if let Some(line) = line {
            line.close().await;
        }
    }

    /// Ends the connections that are over, that nobody has used for a while, and those to where a server no longer is.
    /// To be called every few seconds.
    pub async fn sweep(&self) {
        let (current, retired) = {
            let mut lines = self.lines();
            (lines.current.clone(), std::mem::take(&mut lines.retired))
        };
        let kept = join_all(retired.into_iter().map(async |line| {
            if !line.sweep(true).await {
                return Some(line);
            }
            // Whoever still holds it is to open nothing that is not known here.
            line.close().await;
            None
        }))
        .await;
        let swept = join_all(current.into_iter().map(async |(key, line)| (line.sweep(false).await, key))).await;
        let mut lines = self.lines();
        lines.retired.extend(kept.into_iter().flatten());
        for (_, key) in swept.into_iter().filter(|(is_done, _)| *is_done) {
            // One that somebody holds may be asked at any time, and is to stay the only one.
            if lines.current.get(&key).is_some_and(|line| Arc::strong_count(line) == 1) {
                lines.current.remove(&key);
            }
        }
    }

    /// Ends all connections, and opens none any more. When this returns, no process and no task of them is left.
    pub async fn close(&self) {
        let (current, retired) = {
            let mut lines = self.lines();
            lines.is_closed = true;
            (std::mem::take(&mut lines.current), std::mem::take(&mut lines.retired))
        };
        join_all(current.into_values().chain(retired).map(async |line| line.close().await)).await;
    }

    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
