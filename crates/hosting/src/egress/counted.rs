//! Streams whose bytes are counted, and that end when nobody says anything.

use super::Traffic;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;

/// Bytes in both directions.
#[derive(Debug, Default)]
pub(super) struct Count {
    sent: AtomicU64,
    received: AtomicU64,
}

impl Count {
    pub(super) fn traffic(&self) -> Traffic {
        Traffic { sent: self.sent.load(Ordering::Relaxed), received: self.received.load(Ordering::Relaxed) }
    }

    /// Until nothing was counted for so long, and twice as long at most.
    pub(super) async fn silence(&self, idle: Duration) {
        let mut before = None;
        loop {
            let now = Some(self.traffic());
            if before == now {
                return;
            }
            before = now;
            tokio::time::sleep(idle).await;
        }
    }
}

/// A connection with a host, and the place that it takes among those of its box.
pub(super) struct Counted {
    stream: TcpStream,
    own: Arc<Count>,
    all: Arc<Count>,
    _place: OwnedSemaphorePermit,
}

impl Counted {
    /// Counted by itself, and with all others of the box.
    pub(super) fn new(stream: TcpStream, all: Arc<Count>, place: OwnedSemaphorePermit) -> Self {
        Self { stream, own: Arc::default(), all, _place: place }
    }

    pub(super) fn count(&self) -> Arc<Count> {
        Arc::clone(&self.own)
    }

    fn add(&self, direction: fn(&Count) -> &AtomicU64, bytes: usize) {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        for count in [&self.own, &self.all] {
            direction(count).fetch_add(bytes, Ordering::Relaxed);
        }
    }
}

impl AsyncRead for Counted {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, read: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = read.filled().len();
        let done = ready!(Pin::new(&mut self.stream).poll_read(cx, read));
        self.add(|count| &count.received, read.filled().len() - before);
        Poll::Ready(done)
    }
}

impl AsyncWrite for Counted {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, bytes));
        self.add(|count| &count.sent, *written.as_ref().unwrap_or(&0));
        Poll::Ready(written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
