//! Who sees to it that no process outlives this one.

use rustix::process::Pid;
use std::io;
use std::process::Stdio;
use tokio::process::{Child, Command};

/// Waits for a line or the end of its input, which comes at the latest when this process is gone, and then ends the
/// group of processes that it was told.
const WATCH: &str = "read -r _; kill -s KILL -- \"-$1\"";

/// A process that ends a group of processes when this one is gone, however it went: it holds the reading end of a pipe
/// whose writing end nobody else has. So even a server that takes no notice of its input's end, and what it started,
/// do not outlive a kill of this process. (To be told of a parent's death by the kernel would have to be asked for
/// between fork and exec, which needs unsafe code, and would hold for the server alone.)
pub(super) struct Warden(Child);

impl Warden {
    /// Watches over this group.
    pub(super) fn of(group: Pid) -> io::Result<Self> {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", WATCH, "warden", &group.as_raw_nonzero().to_string()]);
        command.env_clear().stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        // Not in the group that it watches, nor in ours, which a terminal interrupts as a whole.
        command.process_group(0).kill_on_drop(true);
        command.spawn().map(Self)
    }

    /// It is no longer needed.
    pub(super) async fn dismiss(&mut self) {
        // Not there any more is as good.
        let _ = self.0.kill().await;
    }
}
