//! The ways of a program to its databases: connections of its doors, relayed to what answers behind each.

use crate::databases::{Door, Way};
use crate::driver::Kept;
use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// Relays until it is dropped.
pub(super) struct Relay(JoinHandle<()>);

/// How many connections a program may have at a time.
const MOST: usize = 256;

impl Relay {
    /// Takes the connections of a program's doors, if it has any.
    pub(super) async fn begin(kept: &dyn Kept, doors: Vec<Door>) -> io::Result<Option<Self>> {
        if doors.is_empty() {
            return Ok(None);
        }
        let listener = kept.door().await?;
        let ways = doors.into_iter().map(|door| (door.address, door.way)).collect();
        Ok(listener.map(|listener| Self(tokio::spawn(relay_all(listener, ways)))))
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn relay_all(listener: TcpListener, ways: HashMap<Ipv4Addr, Arc<dyn Way>>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        while connections.try_join_next().is_some() {}
        // One listener stands behind all doors: which one was asked is the address that the program asked at.
        let way = asked(&stream).and_then(|address| ways.get(&address));
        if let Some(way) = way.filter(|_| connections.len() < MOST) {
            connections.spawn(relay(stream, Arc::clone(way)));
        }
    }
}

fn asked(stream: &TcpStream) -> Option<Ipv4Addr> {
    match stream.local_addr().ok()?.ip() {
        IpAddr::V4(address) => Some(address),
        IpAddr::V6(_) => None,
    }
}

async fn relay(mut program: TcpStream, way: Arc<dyn Way>) {
    // Whoever asked sees that it is closed, and says so.
    let Ok(mut server) = way.connect().await else { return };
    let _ = server.set_nodelay(true);
    let _ = program.set_nodelay(true);
    let _ = tokio::io::copy_bidirectional(&mut program, &mut server).await;
}
