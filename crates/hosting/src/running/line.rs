//! Connections to a program, each used for one request after the other (RFC 9112 section 9.3).

use super::instance::Visit;
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Empty, StreamBody};
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use std::io;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

/// The body of a request to a program.
pub type Outgoing = UnsyncBoxBody<Bytes, io::Error>;

/// No body.
pub fn empty() -> Outgoing {
    Empty::new().map_err(|never| match never {}).boxed_unsync()
}

/// A body that comes in pieces.
pub fn stream(pieces: mpsc::Receiver<io::Result<Bytes>>) -> Outgoing {
    StreamBody::new(Pieces(pieces)).boxed_unsync()
}

struct Pieces(mpsc::Receiver<io::Result<Bytes>>);

impl futures_util::Stream for Pieces {
    type Item = io::Result<Frame<Bytes>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }
}

/// Why a program did not answer.
#[derive(Debug, thiserror::Error)]
pub enum SendFault {
    /// It takes no connections; the request is given back.
    #[error("the program takes no connections: {0}")]
    Unreachable(#[source] io::Error, Box<Request<Outgoing>>),
    /// It ended the connection, and had not read the head of the request to its end.
    #[error("the program broke off without having read: {0}")]
    Unread(#[source] hyper::Error),
    /// It broke off.
    #[error("the program broke off: {0}")]
    Broken(#[source] hyper::Error),
}

impl From<hyper::Error> for SendFault {
    /// A program that ends with something left to read, or with a connection that it has not taken yet, resets it; one that
    /// has read everything closes it (RFC 9293 section 3.6.1, RFC 2525 section 2.17).
    fn from(fault: hyper::Error) -> Self {
        let cause = std::error::Error::source(&fault).and_then(|cause| cause.downcast_ref::<io::Error>());
        let is_reset =
            |cause: &io::Error| matches!(cause.kind(), io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe);
        if cause.is_some_and(is_reset) { Self::Unread(fault) } else { Self::Broken(fault) }
    }
}

/// What a program answered.
pub struct Reply {
    /// The status and headers.
    pub head: http::response::Parts,
    /// The rest.
    pub body: ReplyBody,
}

impl Reply {
    /// The raw connection, if the program has changed to another protocol (RFC 9110 section 7.8).
    ///
    /// # Errors
    /// When it broke off.
    pub async fn upgraded(self) -> Result<(TokioIo<Upgraded>, Visit), SendFault> {
        let ReplyBody { incoming, visit, .. } = self.body;
        let mut response = Response::from_parts(self.head, incoming);
        let upgraded = hyper::upgrade::on(&mut response).await.map_err(SendFault::Broken)?;
        Ok((TokioIo::new(upgraded), visit))
    }
}

/// The body of an answer. The instance is visited, and not ended, as long as it is read.
pub struct ReplyBody {
    incoming: Incoming,
    line: Option<Line>,
    visit: Visit,
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = ready!(Pin::new(&mut self.incoming).poll_frame(context));
        if frame.is_none() || self.incoming.is_end_stream() {
            self.hand_back();
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}

impl ReplyBody {
    /// The connection can be used again once all was read.
    fn hand_back(&mut self) {
        if let Some(line) = self.line.take() {
            self.visit.instance().lines.put(line);
        }
    }
}

/// A connection.
struct Line(SendRequest<Outgoing>);

/// Connections that nobody uses now, and since when.
#[derive(Default)]
pub(super) struct Lines(Mutex<Vec<(Line, Instant)>>);

/// Most of them that are kept.
const MOST_IDLE: usize = 256;
/// How long one may be unused. Programs close theirs after some seconds, and a request that meets this is lost.
const LONGEST_IDLE: Duration = Duration::from_secs(1);

impl Lines {
    fn take(&self) -> Option<Line> {
        let mut idle = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // The one used last is the likeliest to be open still.
        while let Some((line, since)) = idle.pop() {
            if since.elapsed() > LONGEST_IDLE {
                // Those below have been unused for longer still.
                idle.clear();
            } else if !line.0.is_closed() {
                return Some(line);
            }
        }
        None
    }

    fn put(&self, line: Line) {
        let mut idle = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < MOST_IDLE && !line.0.is_closed() {
            idle.push((line, Instant::now()));
        }
    }

    /// Closes those that nobody uses.
    pub(super) fn close(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// Opens a connection over a stream, and answers for what it does in the background.
async fn open(stream: TcpStream) -> Result<Line, SendFault> {
    let handshake = http1::Builder::new().handshake(TokioIo::new(stream)).await;
    let (sender, connection) = handshake.map_err(SendFault::Broken)?;
    tokio::spawn(async {
        // Whoever sent a request over it hears of its end.
        let _ = connection.with_upgrades().await;
    });
    Ok(Line(sender))
}

/// Sends a request over a connection that was open already: the program may have closed it meanwhile. Gives the request back
/// if nothing of it was sent; what was sent is not sent twice, since it may be what ends the program.
async fn send_again(
    mut line: Line,
    request: Request<Outgoing>,
) -> Result<(Response<Incoming>, Line), Result<Request<Outgoing>, SendFault>> {
    if line.0.ready().await.is_err() {
        return Err(Ok(request));
    }
    match line.0.try_send_request(request).await {
        Ok(response) => Ok((response, line)),
        Err(mut fault) => match fault.take_message() {
            Some(request) => Err(Ok(request)),
            None => Err(Err(fault.into_error().into())),
        },
    }
}

/// Sends a request to a visited instance, over a connection that is open, or else over a new one.
pub(super) async fn send(visit: Visit, mut request: Request<Outgoing>) -> Result<Reply, SendFault> {
    while let Some(line) = visit.instance().lines.take() {
        match send_again(line, request).await {
            Ok((response, line)) => return Ok(reply(response, line, visit)),
            Err(Ok(back)) => request = back,
            Err(Err(fault)) => return Err(fault),
        }
    }
    let stream = match visit.instance().connect().await {
        Ok(stream) => stream,
        Err(cause) => return Err(SendFault::Unreachable(cause, Box::new(request))),
    };
    let mut line = open(stream).await?;
    let response = line.0.send_request(request).await?;
    Ok(reply(response, line, visit))
}

fn reply(response: Response<Incoming>, line: Line, visit: Visit) -> Reply {
    let (head, incoming) = response.into_parts();
    // A connection that has changed its protocol speaks no HTTP any more.
    let line = (head.status != StatusCode::SWITCHING_PROTOCOLS).then_some(line);
    let mut body = ReplyBody { incoming, line, visit };
    if body.incoming.is_end_stream() {
        body.hand_back();
    }
    Reply { head, body }
}
