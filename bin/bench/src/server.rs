//! A server as a child process that ends with its owner.

use crate::exchange;
use crate::process::Process;
use crate::request::Request;
use anyhow::{Context as _, bail, ensure};
use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How long a server may take to its first answer before the run is given up.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running server; dropping it kills it.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    has_workers: bool,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// From the start of the process to the first successful answer.
    pub(crate) first_answer: Duration,
}

impl Server {
    /// Starts `command` with its output in the file `log` and waits until `path` on `address` answers
    /// with success.
    ///
    /// # Errors
    /// When the process ends or does not answer; with the end of its log.
    pub(crate) fn start(command: &mut Command, address: SocketAddr, path: &str, log: &Path) -> anyhow::Result<Self> {
        let output = File::create(log).with_context(|| format!("{} cannot be written", log.display()))?;
        command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output);
        let started = Instant::now();
        let child = command.spawn().with_context(|| format!("{command:?} cannot be started"))?;
        let mut server = Self { child, has_workers: false, address, first_answer: Duration::ZERO };
        server.await_answer(path, started).with_context(|| format!("its log ends with:\n{}", tail(log)))?;
        server.first_answer = started.elapsed();
        Ok(server)
    }

    /// The same, with what the processes do that it has started.
    pub(crate) const fn with_workers(mut self) -> Self {
        self.has_workers = true;
        self
    }

    fn await_answer(&mut self, path: &str, started: Instant) -> anyhow::Result<()> {
        while !exchange::ask(self.address, &mut Request::get(path, None)).is_ok_and(|answer| answer.status == 200) {
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended with {status} before its first answer");
            }
            ensure!(started.elapsed() < PATIENCE, "the server gave no answer within {PATIENCE:?}");
            thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }

    /// Kills it.
    pub(crate) fn stop(&mut self) {
        // A child that is gone already leaves nothing to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Its process.
    pub(crate) fn process(&self) -> Process {
        let id = self.child.id();
        if self.has_workers { Process::with_workers(id) } else { Process::alone(id) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// An address of this machine that nobody listens on.
///
/// # Errors
/// When the system has no port left.
pub(crate) fn free_address() -> std::io::Result<SocketAddr> {
    TcpListener::bind("127.0.0.1:0")?.local_addr()
}

fn tail(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(10)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_ends_early_is_reported_with_its_log() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut command = Command::new("sh");
        command.args(["-c", "echo port in use; exit 3"]);
        let address = free_address().expect("a port");
        let error = Server::start(&mut command, address, "/", &dir.path().join("log")).expect_err("no server");
        let chain = format!("{error:#}");
        assert!(chain.contains("port in use") && chain.contains("exit status: 3"), "{chain}");
    }
}
