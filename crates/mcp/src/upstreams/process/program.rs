//! A process with all that it starts, from its first instruction to its last.

use super::super::address::Address;
use super::ceilings::Ceilings;
use super::warden::Warden;
use super::{complaints, launch};
use rustix::process::{Pid, Signal, kill_process_group};
use std::io;
use std::process::ExitStatus;
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, ChildStdin, ChildStdout};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// How long a process may take to go once its input has ended, and again once it was told to go.
const GRACE: Duration = Duration::from_secs(1);

/// A process, the group that it leads, and who watches over it. Dropped, all of the group are killed.
///
/// A process of it that begins a session of its own leaves the group, and is no longer reached.
pub(super) struct Program {
    child: Child,
    group: Pid,
    warden: Warden,
    complaints: JoinHandle<()>,
    is_over: bool,
}

impl Program {
    /// Starts it within its bounds.
    pub(super) async fn start(address: &Address, ceilings: &Ceilings) -> io::Result<(Self, ChildStdin, ChildStdout)> {
        let mut child = launch::waiting(address).ok_or(io::ErrorKind::InvalidInput)?.spawn()?;
        let number = child.id().and_then(|number| i32::try_from(number).ok()).and_then(Pid::from_raw);
        let (Some(group), Some(mut input), Some(output), Some(errors)) =
            (number, child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        let warden = Warden::of(group)?;
        let program = Self { child, group, warden, complaints: complaints::read(errors), is_over: false };
        ceilings.impose(group)?;
        input.write_all(b"\n").await?;
        Ok((program, input, output))
    }

    /// Waits for its end for as long as it may take to go.
    pub(super) async fn ends(&mut self) -> Option<ExitStatus> {
        timeout(GRACE, self.child.wait()).await.ok()?.ok()
    }

    /// Ends it, with all that it started: its input has ended, then it is told to go, then it is killed.
    pub(super) async fn end(&mut self) {
        if self.ends().await.is_none() {
            self.signal(Signal::TERM);
            self.ends().await;
        }
        // Whoever of the group is left; as long as anybody is, nobody else gets its number.
        self.signal(Signal::KILL);
        // A killed process ends, and whether it had ended before is all the same.
        let _ = self.child.wait().await;
        self.is_over = true;
        self.warden.dismiss().await;
        self.complaints.abort();
    }

    fn signal(&self, signal: Signal) {
        // There may be nobody left to be told.
        let _ = kill_process_group(self.group, signal);
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if !self.is_over {
            self.signal(Signal::KILL);
        }
        self.complaints.abort();
    }
}
