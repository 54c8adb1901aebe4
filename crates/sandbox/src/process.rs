//! Processes of the host, told apart for good: a number alone is given to another process later.

use std::fs;
use std::io;

/// When this process was started, in ticks since the machine was (field 22 of proc_pid_stat(5)).
pub(crate) fn start_time(pid: u32) -> io::Result<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The second field is a name in parentheses that may hold anything.
    let field = stat.rsplit_once(')').and_then(|(_, fields)| fields.split_whitespace().nth(19));
    field.and_then(|field| field.parse().ok()).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// What the kernel calls itself since the machine was started.
pub(crate) fn boot_id() -> io::Result<String> {
    Ok(fs::read_to_string("/proc/sys/kernel/random/boot_id")?.trim().to_owned())
}
