//! How much of everything there may be.

use super::process::Ceilings;
use std::time::Duration;

/// How much of everything there may be. The defaults are in the fields' words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounds {
    /// How long a request may take, the opening of a connection for it included: 30 seconds.
    pub within: Duration,
    /// How long a connection may take until the server has said who it is: 25 seconds. A process that installs itself
    /// first needs most of it; it is less than a request has, so that what failed is told.
    pub opening: Duration,
    /// How long a connection is kept that nobody uses: 5 minutes.
    pub idle: Duration,
    /// The first wait after a connection that failed, doubled by each further failure: half a second.
    pub first_wait: Duration,
    /// The longest such wait: one minute.
    pub longest_wait: Duration,
    /// Requests under way on one connection: 64.
    pub requests: usize,
    /// Connections of one workspace: 32.
    pub connections_of_workspace: usize,
    /// Connections to one server, over all workspaces: 256.
    pub connections_of_server: usize,
    /// Bytes of one message, and of one list with all its pages: 8 MiB. An answer over HTTP that is a stream of messages
    /// has eight times as many at most.
    pub most_bytes: usize,
    /// What a process may use.
    pub ceilings: Ceilings,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            within: Duration::from_secs(30),
            opening: Duration::from_secs(25),
            idle: Duration::from_mins(5),
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_mins(1),
            requests: 64,
            connections_of_workspace: 32,
            connections_of_server: 256,
            most_bytes: 8 * 1024 * 1024,
            ceilings: Ceilings::default(),
        }
    }
}
