//! Answers that are read as they come.

use crate::error::OutboundError;
use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::stream::{self, BoxStream};
use reqwest::header::HeaderMap;
use reqwest::{Response, StatusCode};
use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// The bytes of a body as they come. The first fault is the last piece; to drop this gives up the connection.
pub type Pieces = BoxStream<'static, Result<Bytes, OutboundError>>;

/// How long a body may take after the answer's headers. Nothing said is no bound.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pace {
    /// The longest silence before a piece.
    pub silence: Option<Duration>,
    /// The longest time until its end.
    pub whole: Option<Duration>,
}

/// An answer of which the headers are there.
pub struct Flow {
    /// The status. A redirect is shown as it is.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The address that answered.
    pub address: SocketAddr,
    /// The body, as it is sent.
    pub body: Pieces,
}

impl fmt::Debug for Flow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flow").field("status", &self.status).field("address", &self.address).finish_non_exhaustive()
    }
}

/// The body of this answer, as far as it keeps to the bounds.
pub(crate) fn pieces(response: Response, most_bytes: usize, pace: Pace) -> Pieces {
    let begun = Instant::now();
    // An instant that cannot be told never comes.
    let end = pace.whole.and_then(|whole| begun.checked_add(whole));
    let reading = Reading { response, left: most_bytes, silence: pace.silence, end };
    stream::unfold(Some(reading), async |reading| {
        let mut reading = reading?;
        match reading.next().await.transpose()? {
            Ok(piece) => Some((Ok(piece), Some(reading))),
            Err(fault) => Some((Err(fault), None)),
        }
    })
    .boxed()
}

struct Reading {
    response: Response,
    left: usize,
    silence: Option<Duration>,
    end: Option<Instant>,
}

impl Reading {
    async fn next(&mut self) -> Result<Option<Bytes>, OutboundError> {
        let until = self.until();
        let chunk = self.response.chunk();
        let chunk = match until {
            Some(until) => timeout_at(until, chunk).await.map_err(|_| OutboundError::TimedOut)?,
            None => chunk.await,
        };
        let Some(chunk) = chunk.map_err(|_| OutboundError::Broken)? else { return Ok(None) };
        self.left = self.left.checked_sub(chunk.len()).ok_or(OutboundError::TooLarge)?;
        Ok(Some(chunk))
    }

    /// When the next piece is late.
    fn until(&self) -> Option<Instant> {
        let silence = self.silence.and_then(|silence| Instant::now().checked_add(silence));
        self.end.into_iter().chain(silence).min()
    }
}
