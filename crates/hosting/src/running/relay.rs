//! The ways of a program to its databases and to hosts: connections of its doors, relayed to what answers behind each.

use super::way_out;
use crate::databases::{Door, Way};
use crate::driver::Kept;
use crate::egress::Attending;
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

/// What stands behind the doors of a program.
#[derive(Default)]
pub(super) struct Doors {
    /// The servers of its databases.
    pub(super) servers: Vec<Door>,
    /// The hosts that it may reach.
    pub(super) way_out: Option<Arc<Attending>>,
}

impl Doors {
    /// Whether there are any.
    pub(super) fn are_there(&self) -> bool {
        !self.servers.is_empty() || self.way_out.is_some()
    }
}

/// Where a door leads.
#[derive(Clone)]
enum Behind {
    Server(Arc<dyn Way>),
    Hosts(Arc<Attending>),
}

impl Relay {
    /// Takes the connections of a program's doors, if it has any.
    pub(super) async fn begin(kept: &dyn Kept, doors: Doors) -> io::Result<Option<Self>> {
        if !doors.are_there() {
            return Ok(None);
        }
        let listener = kept.door().await?;
        let servers = doors.servers.into_iter().map(|door| (door.address, Behind::Server(door.way)));
        let way_out = doors.way_out.map(|attending| (way_out::ADDRESS, Behind::Hosts(attending)));
        let behind = servers.chain(way_out).collect();
        Ok(listener.map(|listener| Self(tokio::spawn(relay_all(listener, behind)))))
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn relay_all(listener: TcpListener, doors: HashMap<Ipv4Addr, Behind>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        while connections.try_join_next().is_some() {}
        // One listener stands behind all doors: which one was asked is the address that the program asked at.
        let behind = asked(&stream).and_then(|address| doors.get(&address));
        let Some(behind) = behind.filter(|_| connections.len() < MOST).cloned() else { continue };
        connections.spawn(async move {
            match behind {
                Behind::Server(way) => relay(stream, way).await,
                Behind::Hosts(attending) => attending.attend(stream).await,
            }
        });
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
