//! What a program in a container writes: its engine keeps it, and it is taken from there to where the site's logs are.

mod pages;

use self::pages::{Pages, Stream};
use super::engine::Engine;
use crate::driver::DriverFault;
use bollard::container::LogOutput;
use bollard::query_parameters::LogsOptions;
use futures_util::StreamExt as _;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::{AbortHandle, spawn_blocking};

/// What follows a program's output until it is dropped, or all is taken.
pub(super) struct Output {
    task: AbortHandle,
    is_whole: watch::Receiver<bool>,
}

/// How long until an engine is asked again that broke off.
const PAUSE: Duration = Duration::from_millis(500);
/// How long all that a program wrote may take to be here once it has ended.
const PATIENCE: Duration = Duration::from_secs(3);

impl Output {
    /// Follows what a container writes, behind what was taken of it before.
    pub(super) fn follow(engine: Arc<Engine>, container: String, (logs, instance): (PathBuf, String)) -> Self {
        let (tell, is_whole) = watch::channel(false);
        let task = tokio::spawn(async move {
            if let Err(cause) = take_all(&engine, &container, (logs, instance)).await {
                tracing::warn!(%container, %cause, "what a program writes cannot be kept");
            }
            tell.send_replace(true);
        });
        Self { task: task.abort_handle(), is_whole }
    }

    /// Until all of a program that has ended is here, if that does not take too long.
    pub(super) async fn whole(&self) {
        let mut is_whole = self.is_whole.clone();
        let _ = tokio::time::timeout(PATIENCE, is_whole.wait_for(|is_whole| *is_whole)).await;
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn take_all(engine: &Engine, container: &str, (logs, instance): (PathBuf, String)) -> io::Result<()> {
    let clock = Arc::clone(&engine.clock);
    let mut pages = spawn_blocking(move || Pages::open(&logs, &instance, clock)).await.map_err(io::Error::other)??;
    loop {
        // Asked before: what is read of one that had ended then is all of it.
        let has_ended = match engine.look(container).await {
            Ok(Some(looked)) => !looked.runs,
            Ok(None) => return Ok(()),
            Err(_) => false,
        };
        let taken = take(engine, container, &mut pages, !has_ended).await;
        match taken {
            Ok(()) if has_ended => return Ok(()),
            Ok(()) => {}
            Err(cause) => tracing::debug!(%container, %cause, "what a program writes cannot be read now"),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Takes what there is, and what comes if that is to be waited for.
async fn take(engine: &Engine, container: &str, pages: &mut Pages, follow: bool) -> Result<(), DriverFault> {
    let since = i32::try_from(pages.begin_again()).unwrap_or(0);
    let (stdout, stderr, timestamps) = (true, true, true);
    let options = LogsOptions { follow, stdout, stderr, since, timestamps, ..LogsOptions::default() };
    let mut written = engine.docker().await?.logs(container, Some(options)).boxed();
    while let Some(piece) = written.next().await {
        let (stream, text) = match piece.map_err(DriverFault::of)? {
            LogOutput::StdErr { message } => (Stream::Stderr, message),
            LogOutput::StdOut { message } | LogOutput::Console { message } => (Stream::Stdout, message),
            LogOutput::StdIn { .. } => continue,
        };
        pages.take(stream, &text).map_err(DriverFault::of)?;
    }
    Ok(())
}
