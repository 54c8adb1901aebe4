//! What the kernel says about a running process: /proc/PID as proc(5) describes it.

use anyhow::Context as _;
use std::fs;
use std::time::Duration;

/// Length of a clock tick in /proc/PID/stat: `USER_HZ` is 100 on every Linux that Rust runs on.
const TICK: Duration = Duration::from_millis(10);

/// A running process.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Process(pub(crate) u32);

impl Process {
    /// The processor time it has used so far, in user and kernel mode.
    ///
    /// # Errors
    /// When the process is gone.
    pub(crate) fn cpu(self) -> anyhow::Result<Duration> {
        let text = fs::read_to_string(format!("/proc/{}/stat", self.0)).context("the process is gone")?;
        cpu_of(&text).context("/proc/PID/stat has another form")
    }

    /// The memory it holds resident, in MiB.
    ///
    /// # Errors
    /// When the process is gone.
    pub(crate) fn resident_mib(self) -> anyhow::Result<f64> {
        let text = fs::read_to_string(format!("/proc/{}/status", self.0)).context("the process is gone")?;
        resident_of(&text).context("/proc/PID/status has another form")
    }
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
        let this = Process(std::process::id());
        assert!(this.resident_mib().expect("a figure") > 0.5);
        assert!(this.cpu().is_ok());
    }
}
