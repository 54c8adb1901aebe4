//! The network of a container, which has no way in or out: sockets are made inside of it, and used from here.

use nix::sched::{CloneFlags, setns};
use std::fs::File;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::thread;
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::oneshot;

/// A network that something is made in.
#[derive(Clone)]
pub(super) struct Network(pub(super) Arc<File>);

impl Network {
    /// A connection to this port of it.
    pub(super) async fn connect(&self, port: u16) -> io::Result<TcpStream> {
        // A socket stays in the network that it was made in, whoever uses it.
        let socket = self.within(TcpSocket::new_v4).await?;
        let stream = socket.connect(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }

    /// Who takes connections at this port of it, at all its addresses.
    pub(super) async fn listen(&self, port: u16) -> io::Result<std::net::TcpListener> {
        let listener = self.within(move || std::net::TcpListener::bind((Ipv4Addr::UNSPECIFIED, port))).await?;
        listener.set_nonblocking(true)?;
        Ok(listener)
    }

    /// Does something in it, on a thread of its own that ends with that: no other work is ever done there.
    async fn within<T: Send + 'static>(&self, make: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
        let (tell, told) = oneshot::channel();
        let network = Arc::clone(&self.0);
        thread::Builder::new().name("container-network".to_owned()).spawn(move || {
            let done = setns(&*network, CloneFlags::CLONE_NEWNET).map_err(io::Error::from).and_then(|()| make());
            // Whoever asked may be gone.
            let _ = tell.send(done);
        })?;
        told.await.map_err(io::Error::other)?
    }
}
