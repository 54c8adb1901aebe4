//! What an engine says of a container, in our words.

use crate::driver::Exit;
use bollard::models::ContainerState;
use chrono::DateTime;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Read as _};
use std::os::unix::fs::OpenOptionsExt as _;

/// Statuses above this are of programs that a signal ended, by the shells' custom, which engines follow.
const SIGNALS: i64 = 128;
/// The last signal.
const LAST_SIGNAL: i64 = 64;
const SIGKILL: i32 = 9;
/// Longest record of the kernel's log, in bytes.
const LONGEST_RECORD: usize = 16 * 1024;

/// How a container ended.
pub(super) fn exit(state: &ContainerState, now: i64) -> Exit {
    let status = state.exit_code.unwrap_or_default();
    let signal = status.checked_sub(SIGNALS).filter(|signal| (1..=LAST_SIGNAL).contains(signal));
    let signal = signal.and_then(|signal| i32::try_from(signal).ok());
    let code = if signal.is_some() { None } else { i32::try_from(status).ok() };
    let at = state.finished_at.as_deref().and_then(micros).filter(|at| *at > 0);
    Exit { code, signal, oom_killed: state.oom_killed.unwrap_or(false), at: at.unwrap_or(now) }
}

/// Whether a container may have been ended for its memory, though its engine does not say so.
pub(super) fn may_be_oom(exit: &Exit) -> bool {
    !exit.oom_killed && exit.signal == Some(SIGKILL)
}

/// A time as engines write it, in microseconds since 1970.
fn micros(text: &str) -> Option<i64> {
    DateTime::parse_from_rfc3339(text).ok().map(|at| at.timestamp_micros())
}

/// Whether the kernel's log says that something of a container was killed since its memory was used up. Engines do not
/// hear of that everywhere.
pub(super) fn kernel_ended(container: &str) -> bool {
    let opened =
        OpenOptions::new().read(true).custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed()).open("/dev/kmsg");
    let Ok(mut log) = opened else { return false };
    let mut record = vec![0; LONGEST_RECORD];
    loop {
        // Each read is one record.
        match log.read(&mut record) {
            Ok(0) => return false,
            Ok(length) if is_end_of(&record[..length], container) => return true,
            Ok(_) => {}
            // It was written over meanwhile; the next one is read next.
            Err(cause) if cause.kind() == ErrorKind::BrokenPipe => {}
            Err(_) => return false,
        }
    }
}

/// Whether a record of the kernel's log says that memory of a container was used up.
fn is_end_of(record: &[u8], container: &str) -> bool {
    let text = String::from_utf8_lossy(record);
    let told = text.split_once("oom-kill:").and_then(|(_, told)| told.split_once("oom_memcg="));
    let group = told.and_then(|(_, rest)| rest.split(',').next()).unwrap_or_default();
    !container.is_empty() && group.contains(container)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(exit_code: i64, oom_killed: bool, finished_at: &str) -> ContainerState {
        let (exit_code, finished_at) = (Some(exit_code), Some(finished_at.to_owned()));
        ContainerState { exit_code, oom_killed: Some(oom_killed), finished_at, ..ContainerState::default() }
    }

    #[test]
    fn how_a_container_ended_is_told_by_its_status() {
        let at = "1970-01-01T00:00:01.500000001Z";
        let told = |code, oom| exit(&state(code, oom, at), 7);
        assert_eq!(told(3, false), Exit { code: Some(3), signal: None, oom_killed: false, at: 1_500_000 });
        assert_eq!(told(143, false), Exit { code: None, signal: Some(15), oom_killed: false, at: 1_500_000 });
        assert_eq!(told(137, true), Exit { code: None, signal: Some(9), oom_killed: true, at: 1_500_000 });
        assert_eq!(told(255, false).code, Some(255));
        assert_eq!(exit(&state(0, false, "0001-01-01T00:00:00Z"), 7).at, 7);
        assert_eq!(exit(&ContainerState::default(), 7).at, 7);
        assert!(may_be_oom(&told(137, false)) && !may_be_oom(&told(137, true)) && !may_be_oom(&told(9, false)));
    }

    #[test]
    fn the_kernel_is_believed_of_the_container_that_it_names_as_the_one_without_memory() {
        let record = b"4,1,2,-;oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=libpod-aa,mems_allowed=0,\
            oom_memcg=/libpod_parent/libpod-bb,task_memcg=/libpod_parent/libpod-cc,task=sh,pid=1,uid=2";
        assert!(is_end_of(record, "bb"));
        for other in ["aa", "cc", "dd", ""] {
            assert!(!is_end_of(record, other), "{other}");
        }
        assert!(!is_end_of(b"4,1,2,-;sh invoked oom-killer of bb", "bb"));
    }
}
