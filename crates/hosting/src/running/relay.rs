//! The way of a program to its database: connections of its door, relayed to the server.

use crate::databases::Door;
use crate::driver::Kept;
use std::io;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// Relays until it is dropped.
pub(super) struct Relay(JoinHandle<()>);

/// How many connections a program may have at a time.
const MOST: usize = 256;

impl Relay {
    /// Takes the connections of a program's door, if it has one.
    pub(super) async fn begin(kept: &dyn Kept, door: Option<Door>) -> io::Result<Option<Self>> {
        let Some(door) = door else { return Ok(None) };
        let listener = kept.door().await?;
        Ok(listener.map(|listener| Self(tokio::spawn(relay_all(listener, door)))))
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn relay_all(listener: TcpListener, door: Door) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        while connections.try_join_next().is_some() {}
        if connections.len() < MOST {
            connections.spawn(relay(stream, door.clone()));
        }
    }
}

async fn relay(mut program: TcpStream, door: Door) {
    // Whoever asked sees that it is closed, and says so.
    let Ok(mut server) = TcpStream::connect((door.host.as_str(), door.host_port)).await else { return };
    let _ = server.set_nodelay(true);
    let _ = program.set_nodelay(true);
    let _ = tokio::io::copy_bidirectional(&mut program, &mut server).await;
}
