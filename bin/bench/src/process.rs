//! What the kernel says about a running process: /proc/PID as proc(5) describes it.

use anyhow::Context as _;
use std::fs;
use std::time::Duration;

/// Length of a clock tick in /proc/PID/stat: `USER_HZ` is 100 on every Linux that Rust runs on.
const TICK: Duration = Duration::from_millis(10);

/// A running process, or one and those that it has started to do its work.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Process {
    id: u32,
    has_workers: bool,
}

impl Process {
    /// The process with this id alone.
    pub(crate) const fn alone(id: u32) -> Self {
        Self { id, has_workers: false }
    }

    /// The process with this id and those that it has started.
    pub(crate) const fn with_workers(id: u32) -> Self {
        Self { id, has_workers: true }
    }

    /// The processor time it has used so far, in user and kernel mode.
    ///
    /// # Errors
    /// When the process is gone.
    pub(crate) fn cpu(self) -> anyhow::Result<Duration> {
        let cpu = |id| cpu_of(&told_of(id, "stat")?).context("/proc/PID/stat has another form");
        self.ids()?.into_iter().map(cpu).sum()
    }

    /// The memory it holds resident, in MiB; what workers share counts for each of them.
    ///
    /// # Errors
    /// When the process is gone.
    pub(crate) fn resident_mib(self) -> anyhow::Result<f64> {
        let resident = |id| resident_of(&told_of(id, "status")?).context("/proc/PID/status has another form");
        self.ids()?.into_iter().map(resident).sum()
    }

    fn ids(self) -> anyhow::Result<Vec<u32>> {
        let Self { id, has_workers } = self;
        let workers = if has_workers { told_of(id, &format!("task/{id}/children"))? } else { String::new() };
        Ok(std::iter::once(id).chain(workers.split_ascii_whitespace().flat_map(str::parse)).collect())
    }
}

fn told_of(id: u32, file: &str) -> anyhow::Result<String> {
    fs::read_to_string(format!("/proc/{id}/{file}")).context("the process is gone")
}

fn cpu_of(stat: &str) -> Option<Duration> {
    // The name stands in parentheses and may hold spaces and parentheses itself.
    let (_, fields) = stat.rsplit_once(") ")?;
    let mut ticks = fields.split(' ').skip(11).map(str::parse::<u32>);
    let (user, kernel) = (ticks.next()?.ok()?, ticks.next()?.ok()?);
    Some(TICK * (user + kernel))
}

fn resident_of(status: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u32 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(f64::from(kib) / 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;
    use std::process::{Command, Stdio};

    #[test]
    fn a_name_with_spaces_and_parentheses_does_not_shift_the_fields() {
        let stat = "7 (a) (b c) R 1 7 7 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 3 0 100 1000 200";
        assert_eq!(cpu_of(stat), Some(Duration::from_secs(3)));
        assert_eq!(cpu_of("7 (a) R 1"), None);
    }

    #[test]
    fn resident_memory_is_given_in_mib() {
        assert_eq!(resident_of("Name:\ta\nVmRSS:\t   40960 kB\nThreads:\t3\n"), Some(40.0));
        assert_eq!(resident_of("Name:\ta\n"), None);
    }

    #[test]
    fn this_very_process_is_readable() {
        let this = Process::alone(std::process::id());
        assert!(this.resident_mib().expect("a figure") > 0.5);
        assert!(this.cpu().is_ok());
    }

    #[test]
    fn workers_count_where_there_are_any() {
        let mut shell = Command::new("sh").args(["-c", "sleep 60 & echo; wait"]).stdout(Stdio::piped()).spawn();
        let shell = shell.as_mut().expect("a shell");
        // It has started its worker when it says so.
        let said = shell.stdout.as_mut().expect("an output").read(&mut [0]).expect("a line");
        let counted = |process: Process| process.ids().expect("a process").len();
        let (alone, with_workers) = (Process::alone(shell.id()), Process::with_workers(shell.id()));
        let counts = (said, counted(alone), counted(with_workers));
        let resident = |process: Process| process.resident_mib().expect("a figure");
        let is_more = resident(with_workers) > resident(alone);
        let worker = with_workers.ids().expect("a process")[1].to_string();
        Command::new("kill").arg(worker).status().expect("kill");
        shell.wait().expect("an end");
        assert!(counts == (1, 1, 2) && is_more, "{counts:?}");
    }
}
