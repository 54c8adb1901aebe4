//! A session that is about to begin.

use super::client::Client;
use super::session::Session;
use crate::devices::Sighting;

/// A session, with what it begins with and how the person's devices see that.
#[derive(Debug, Clone)]
pub struct Beginning {
    /// The session.
    pub session: Session,
    /// What with.
    pub client: Client,
    /// The device; none for a client that says nothing about itself.
    pub sighting: Option<Sighting>,
}
