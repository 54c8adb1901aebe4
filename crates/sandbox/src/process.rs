//! Processes of the host, told apart for good: a number alone is given to another process later.

use std::fs;
use std::io;

/// When this process was started, in ticks since the machine was (field 22 of `proc_pid_stat(5)`). One that has ended
/// is not found, although nobody may have waited for it yet.
pub(crate) fn start_time(pid: u32) -> io::Result<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The second field is a name in parentheses that may hold anything.
    let mut fields = stat.rsplit_once(')').map(|(_, fields)| fields.split_whitespace()).into_iter().flatten();
    if matches!(fields.next(), Some("Z" | "X")) {
        return Err(io::ErrorKind::NotFound.into());
    }
    fields.nth(18).and_then(|field| field.parse().ok()).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// What the kernel calls itself since the machine was started.
pub(crate) fn boot_id() -> io::Result<String> {
    Ok(fs::read_to_string("/proc/sys/kernel/random/boot_id")?.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::start_time;
    use std::process::Command;

    #[test]
    fn a_process_that_has_ended_is_not_found_although_nobody_waited_for_it() {
        let mut child = Command::new("/bin/cat").stdin(std::process::Stdio::piped()).spawn().unwrap();
        assert!(start_time(child.id()).is_ok());
        child.kill().unwrap();
        while start_time(child.id()).is_ok() {
            std::thread::yield_now();
        }
        child.wait().unwrap();
    }
}
