//! A cable to Redis that a test can cut.

use std::net::SocketAddr;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

#[derive(Clone, Copy, PartialEq)]
enum Cut {
    No,
    /// Connections end, new ones too.
    Through,
    /// Connections stand and carry nothing.
    Silent,
}

/// Listens on a port of its own and passes everything on to Redis.
pub(crate) struct Cable {
    address: SocketAddr,
    cut: watch::Sender<Cut>,
    _carrying: JoinSet<()>,
}

impl Cable {
    /// A cable to the Redis at `redis://host:port`.
    pub(crate) async fn to(url: &str) -> Self {
        let target = url.trim_start_matches("redis://").trim_end_matches('/').to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let cut = watch::Sender::new(Cut::No);
        let mut carrying = JoinSet::new();
        carrying.spawn(accept(listener, target, cut.subscribe()));
        Self { address, cut, _carrying: carrying }
    }

    /// What to connect to instead of Redis.
    pub(crate) fn url(&self) -> String {
        format!("redis://{}", self.address)
    }

    /// As when Redis is killed.
    pub(crate) fn cut(&self) {
        self.cut.send_replace(Cut::Through);
    }

    /// As when a firewall drops every packet.
    pub(crate) fn mute(&self) {
        self.cut.send_replace(Cut::Silent);
    }

    /// As new; what was connected stays lost.
    pub(crate) fn mend(&self) {
        self.cut.send_replace(Cut::No);
    }
}

async fn accept(listener: TcpListener, target: String, cut: watch::Receiver<Cut>) {
    let mut carried = JoinSet::new();
    while let Ok((near, _)) = listener.accept().await {
        carried.spawn(carry(near, target.clone(), cut.clone()));
    }
}

async fn carry(mut near: TcpStream, target: String, mut cut: watch::Receiver<Cut>) {
    if *cut.borrow() == Cut::No {
        let mut far = TcpStream::connect(target).await.expect("Redis");
        tokio::select! {
            _ = tokio::io::copy_bidirectional(&mut near, &mut far) => return,
            _ = cut.wait_for(|cut| *cut != Cut::No) => {}
        }
    }
    let _ = cut.wait_for(|cut| *cut != Cut::Silent).await;
}
