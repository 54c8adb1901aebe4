//! The commands of a build, one after the other.

use crate::deployments::{DeploymentStatus, Failure, FailureReason};
use crate::driver::{Driver, DriverFault, Ended, Lines, Order};
use crate::logs::{LogWriter, Stream};
use crate::variables::Mask;
use crate::weight::{Measure, weigh};
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How long a command may take.
const LONGEST: Duration = Duration::from_mins(15);
/// How often it is looked at how much it has written.
const LOOK: Duration = Duration::from_secs(2);
/// How many of the last lines a record keeps.
const LAST_LINES: usize = 20;

/// Runs commands, and tells a log what they write.
pub(super) struct Commands<'c> {
    pub(super) driver: &'c dyn Driver,
    pub(super) log: &'c LogWriter,
    pub(super) hidden: &'c Mask,
}

/// Tells a log, and keeps the last lines.
struct Telling<'t> {
    log: &'t LogWriter,
    hidden: &'t Mask,
    last: Mutex<VecDeque<String>>,
}

impl Lines for Telling<'_> {
    fn line(&self, is_error: bool, text: &str) {
        let text = self.hidden.hide(text);
        self.log.tell(if is_error { Stream::Stderr } else { Stream::Stdout }, &text);
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.len() == LAST_LINES {
            last.pop_front();
        }
        last.push_back(text);
    }
}

impl Commands<'_> {
    /// Runs a command to its end.
    pub(super) async fn run(&self, order: Order) -> Result<(), Failure> {
        let offer = self.driver.offer().await;
        if let Some(reason) = offer.reason {
            let text = format!("No program can be run on this machine: {reason}");
            return Err(Failure::of(DeploymentStatus::Building, FailureReason::NotSupported, text));
        }
        let command = self.hidden.hide(&order.command);
        self.log.say(format!("$ {command}"));
        let telling = Telling { log: self.log, hidden: self.hidden, last: Mutex::default() };
        let most = u64::from(order.resources.disk_mb) * 1024 * 1024;
        let (memory, folders) = (order.resources.memory_mb, vec![order.folder.clone(), order.home.clone()]);
        let ran = tokio::select! {
            ran = tokio::time::timeout(LONGEST, self.driver.run(order, &telling)) => ran.ok(),
            () = outgrow(&folders, most) => {
                let text = format!("{command} wrote more than resources.diskMb allows");
                return Err(telling.failure(FailureReason::TooLarge, text, None));
            }
        };
        telling.judge(&command, memory, ran)
    }
}

impl Telling<'_> {
    fn judge(&self, command: &str, memory: u32, ran: Option<Result<Ended, DriverFault>>) -> Result<(), Failure> {
        let (reason, text, code) = match ran {
            Some(Ok(Ended { code: 0, .. })) => return Ok(()),
            Some(Ok(Ended { code, ran_out_of_memory: true })) => {
                let text = format!("{command} needs more than the {memory} MiB of resources.memoryMb");
                (FailureReason::BuildFailed, text, Some(code))
            }
            Some(Ok(Ended { code, .. })) => {
                (FailureReason::BuildFailed, format!("{command} ended with the status {code}"), Some(code))
            }
            Some(Err(cause)) => {
                tracing::error!(%cause, "a command of a build cannot be run");
                (FailureReason::Internal, format!("{command} cannot be run here"), None)
            }
            None => {
                let text = format!("{command} took more than {} minutes", LONGEST.as_secs() / 60);
                (FailureReason::TimedOut, text, None)
            }
        };
        Err(self.failure(reason, text, code))
    }

    fn failure(&self, reason: FailureReason, text: String, exit_code: Option<i32>) -> Failure {
        let last_lines = self.last.lock().unwrap_or_else(PoisonError::into_inner).drain(..).collect();
        Failure { exit_code, last_lines, ..Failure::of(DeploymentStatus::Building, reason, text) }
    }
}

/// Until folders have more than so many bytes together.
async fn outgrow(folders: &[PathBuf], most: u64) {
    loop {
        tokio::time::sleep(LOOK).await;
        let folders = folders.to_owned();
        let size = tokio::task::spawn_blocking(move || weigh(folders, Measure::Length, most)).await;
        if size.is_ok_and(|size| size > most) {
            return;
        }
    }
}
