//! How the process is told to end.

use std::io;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals that mean to end: `SIGTERM`, and `SIGINT`, which is Ctrl-C.
pub(crate) struct Signals {
    terminate: Signal,
    interrupt: Signal,
    quit: Signal,
}

impl Signals {
    /// From now on they end nothing by themselves.
    ///
    /// # Errors
    /// When the system does not allow it.
    pub(crate) fn take() -> io::Result<Self> {
        let [terminate, interrupt, quit] = [SignalKind::terminate(), SignalKind::interrupt(), SignalKind::quit()];
        Ok(Self { terminate: signal(terminate)?, interrupt: signal(interrupt)?, quit: signal(quit)? })
    }

    /// Waits for the next of them.
    pub(crate) async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
            _ = self.quit.recv() => {}
        }
    }
}
