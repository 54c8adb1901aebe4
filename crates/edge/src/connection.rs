//! The connection that a request came over: whether its caller is still there.
//!
//! The server goes on with a request whose caller hung up, which is right for what must not be left half done. Work for
//! which somebody else pays with time is given up by [`unless_gone`].

use crate::failure::{Failure, Rejection};
use actix_tls::accept::rustls_0_23::TlsStream;
use actix_web::HttpRequest;
use actix_web::dev::Extensions;
use actix_web::rt::net::TcpStream;
use std::any::Any;
use std::cell::{Cell, OnceCell};
use std::io::{Error, ErrorKind};
use std::os::fd::{AsFd as _, OwnedFd};
use std::rc::Rc;
use tokio::io::Interest;

/// A second hold of a connection's socket, watched from the first time that somebody asks.
struct Connection {
    socket: Cell<Option<OwnedFd>>,
    watch: OnceCell<Option<TcpStream>>,
}

/// Keeps hold of a connection, for [`gone`]. For `HttpServer::on_connect`. One that cannot be held (there are no more file
/// descriptors) is served all the same.
pub fn note(io: &dyn Any, extensions: &mut Extensions) {
    let plain = || io.downcast_ref::<TcpStream>();
    let encrypted = || io.downcast_ref::<TlsStream<TcpStream>>().map(|tls| tls.get_ref().0);
    let held = plain().or_else(encrypted).and_then(|stream| stream.as_fd().try_clone_to_owned().ok());
    if held.is_some() {
        extensions.insert(Rc::new(Connection { socket: Cell::new(held), watch: OnceCell::new() }));
    }
}

/// Does work for whoever asks, and gives it up when they are gone.
///
/// # Errors
/// Those of the work; [`Rejection::CallerGone`], which nobody reads.
pub async fn unless_gone<T, E: Into<Failure>>(
    request: &HttpRequest,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, Failure> {
    tokio::select! {
        done = work => done.map_err(Into::into),
        () = gone(request) => Err(Rejection::CallerGone.into()),
    }
}

/// Waits until the caller of a request has closed its end; for ever where that cannot be known.
pub fn gone(request: &HttpRequest) -> impl Future<Output = ()> + 'static {
    let connection = request.conn_data::<Rc<Connection>>().map(Rc::clone);
    async move {
        match connection.as_ref().and_then(|connection| connection.watch()) {
            Some(watch) => closed(watch).await,
            None => std::future::pending().await,
        }
    }
}

impl Connection {
    fn watch(&self) -> Option<&TcpStream> {
        let begin = || self.socket.take().and_then(|socket| TcpStream::from_std(socket.into()).ok());
        self.watch.get_or_init(begin).as_ref()
    }
}

/// What the caller sends meanwhile is the server's to read; only the end of it counts here.
async fn closed(watch: &TcpStream) {
    while let Ok(ready) = watch.ready(Interest::READABLE).await {
        if ready.is_read_closed() {
            return;
        }
        let wait_for_more = || Err::<(), _>(Error::from(ErrorKind::WouldBlock));
        drop(watch.try_io(Interest::READABLE, wait_for_more));
    }
}
