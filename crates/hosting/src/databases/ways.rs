//! The ways to what holds databases, for programs in boxes that reach nothing else.

use async_trait::async_trait;
use std::fmt::Debug;
use std::io;
use std::net::Ipv4Addr;
use tokio::net::TcpStream;

/// Where programs of sites find every server, on addresses of their own loopback interface, one for each. It is one port
/// since one listener takes the connections of all of them.
pub const DOOR_PORT: u16 = 5432;

/// An address of a program's loopback, whose connections are relayed.
#[derive(Debug, Clone)]
pub struct Door {
    /// Where the program asks, at [`DOOR_PORT`].
    pub address: Ipv4Addr,
    /// Where that leads.
    pub way: std::sync::Arc<dyn Way>,
}

/// Leads to what answers.
#[async_trait]
pub trait Way: Debug + Send + Sync {
    /// A new connection to it.
    ///
    /// # Errors
    /// When it cannot be had now.
    async fn connect(&self) -> io::Result<TcpStream>;
}

/// To a server at an address.
#[derive(Debug)]
pub(super) struct ToServer {
    pub(super) host: String,
    pub(super) port: u16,
}

#[async_trait]
impl Way for ToServer {
    async fn connect(&self) -> io::Result<TcpStream> {
        TcpStream::connect((self.host.as_str(), self.port)).await
    }
}
