//! How many connections there are, and for whom.

use crate::model::ServerName;
use mainstay_kernel::WorkspaceId;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

/// Counts the connections of each workspace and to each server.
pub(super) struct Seats {
    most_of_workspace: usize,
    most_of_server: usize,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    workspaces: HashMap<WorkspaceId, usize>,
    servers: HashMap<ServerName, usize>,
}

/// The right to one connection, given back when dropped.
pub(super) struct Seat {
    seats: Arc<Seats>,
    workspace: WorkspaceId,
    server: ServerName,
}

impl Seats {
    pub(super) fn new(most_of_workspace: usize, most_of_server: usize) -> Self {
        Self { most_of_workspace, most_of_server, taken: Mutex::default() }
    }

    /// How many seats are taken.
    pub(super) fn taken(&self) -> usize {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).servers.values().sum()
    }

    /// A seat, unless this workspace or this server has as many as it may have.
    pub(super) fn take(self: &Arc<Self>, workspace: WorkspaceId, server: &ServerName) -> Option<Seat> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let of_workspace = taken.workspaces.get(&workspace).copied().unwrap_or(0);
        let of_server = taken.servers.get(server).copied().unwrap_or(0);
        if of_workspace >= self.most_of_workspace || of_server >= self.most_of_server {
            return None;
        }
        taken.workspaces.insert(workspace, of_workspace + 1);
        taken.servers.insert(server.clone(), of_server + 1);
        drop(taken);
        Some(Seat { seats: Arc::clone(self), workspace, server: server.clone() })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.taken.lock().unwrap_or_else(PoisonError::into_inner);
        release(&mut taken.workspaces, &self.workspace);
        release(&mut taken.servers, &self.server);
    }
}

fn release<K: Eq + Hash>(taken: &mut HashMap<K, usize>, key: &K) {
    match taken.get_mut(key) {
        Some(count) if *count > 1 => *count -= 1,
        _ => drop(taken.remove(key)),
    }
}
