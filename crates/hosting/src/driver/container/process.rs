//! The first process of a container, as the machine itself sees it: whatever an engine says, this is how it is.

use super::network::Network;
use crate::driver::{DriverFault, Usage};
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// A process of this machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Process {
    /// The container that it is of, by its id.
    pub(super) container: String,
    /// Its number.
    number: i64,
    /// When it began, in ticks since the machine did: numbers are given again, but not at the same time.
    begun: u64,
}

/// How far a program was seen to be parted from the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) namespaces: Vec<String>,
    pub(super) has_seccomp: bool,
}

/// The namespaces that there are, as the machine calls them.
const NAMESPACES: [&str; 7] = ["cgroup", "ipc", "mnt", "net", "pid", "user", "uts"];
/// Those without which nothing is run.
const NEEDED: [&str; 4] = ["ipc", "mnt", "net", "pid"];
/// How often it is looked whether a process has become what it is to be: an engine says that it runs a moment earlier.
const LOOKS: u32 = 40;
const PAUSE: Duration = Duration::from_millis(5);

impl Process {
    /// The one of this number, if it is of this container.
    pub(super) fn of(container: &str, number: i64) -> io::Result<Self> {
        let groups = fs::read_to_string(format!("/proc/{number}/cgroup"))?;
        if container.is_empty() || !groups.contains(container) {
            return Err(io::Error::other("the processes of the container engine are none of this machine"));
        }
        let begun = begun(number).ok_or(io::ErrorKind::NotFound)?;
        Ok(Self { container: container.to_owned(), number, begun })
    }

    /// Whether it is still there.
    pub(super) fn lives(&self) -> bool {
        begun(self.number) == Some(self.begun)
    }

    /// What all processes of its container use.
    pub(super) fn usage(&self) -> Option<Usage> {
        let used = mainstay_sandbox::usage_of(u32::try_from(self.number).ok()?)?;
        let usage =
            Usage { cpu_micros: used.cpu_micros, memory_bytes: used.rss_bytes, processes: Some(used.processes) };
        // It is its own only if it is still the same process.
        self.lives().then_some(usage)
    }

    /// Its network.
    pub(super) fn network(&self) -> io::Result<Network> {
        let file = File::open(self.path("ns/net"))?;
        // What was opened is its own only if it is still the same process.
        if self.lives() { Ok(Network(Arc::new(file))) } else { Err(io::ErrorKind::NotFound.into()) }
    }

    /// How far it is parted from the machine. None if it has ended.
    ///
    /// # Errors
    /// When that is not far enough.
    pub(super) async fn seen(&self) -> Result<Option<Seen>, DriverFault> {
        let mut fault = String::new();
        for _ in 0..LOOKS {
            let namespaces = self.namespaces();
            let status = fs::read_to_string(self.path("status")).unwrap_or_default();
            if !self.lives() {
                return Ok(None);
            }
            match judge(&namespaces, &status) {
                Ok(has_seccomp) => return Ok(Some(Seen { namespaces, has_seccomp })),
                Err(what) => fault = what,
            }
            tokio::time::sleep(PAUSE).await;
        }
        Err(DriverFault(format!("The container engine started it with {fault}")))
    }

    /// The namespaces that it does not share with this process.
    fn namespaces(&self) -> Vec<String> {
        let is_own = |file: &str| {
            let theirs = fs::read_link(self.path(&format!("ns/{file}")));
            let ours = fs::read_link(format!("/proc/self/ns/{file}"));
            theirs.is_ok_and(|theirs| ours.is_ok_and(|ours| ours != theirs))
        };
        NAMESPACES.iter().filter(|name| is_own(name)).map(|name| (*name).to_owned()).collect()
    }

    fn path(&self, file: &str) -> PathBuf {
        PathBuf::from(format!("/proc/{}/{file}", self.number))
    }
}

/// When a process began, if there is one of this number that has not ended.
fn begun(number: i64) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{number}/stat")).ok()?;
    // The name, in brackets, may hold anything.
    let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace();
    let state = fields.next()?;
    // The state is the third field, the beginning the twenty-second: proc_pid_stat(5).
    let begun = fields.nth(18)?.parse().ok()?;
    (!matches!(state, "Z" | "X")).then_some(begun)
}

/// Whether system calls of a process are filtered, as its `status` says; what is wrong with it, if anything is.
fn judge(namespaces: &[String], status: &str) -> Result<bool, String> {
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        line.unwrap_or_default().split_ascii_whitespace().collect::<Vec<_>>()
    };
    if let Some(missing) = NEEDED.iter().find(|needed| !namespaces.iter().any(|own| own == *needed)) {
        return Err(format!("no {missing} namespace of its own"));
    }
    let users = field("Uid");
    if users.is_empty() || users.contains(&"0") {
        return Err("the rights of the machine's administrator".to_owned());
    }
    let has_none = |set: &str| field(set).first().is_some_and(|bits| bits.bytes().all(|bit| bit == b'0'));
    if !["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"].into_iter().all(has_none) {
        return Err("capabilities".to_owned());
    }
    if field("NoNewPrivs") != ["1"] {
        return Err("a way to gain privileges".to_owned());
    }
    Ok(field("Seccomp") == ["2"])
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "Name:\tsh\nUid:\t210000\t210000\t210000\t210000\nCapInh:\t0000000000000000\n\
        CapPrm:\t0000000000000000\nCapEff:\t0000000000000000\nCapBnd:\t0000000000000000\nCapAmb:\t0000000000000000\n\
        NoNewPrivs:\t1\nSeccomp:\t2\nSeccomp_filters:\t1\n";

    fn all() -> Vec<String> {
        NAMESPACES.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_program_is_let_run_only_if_it_is_parted_from_the_machine_as_it_should_be() {
        assert_eq!(judge(&all(), GOOD), Ok(true));
        assert_eq!(judge(&all(), &GOOD.replace("Seccomp:\t2", "Seccomp:\t0")), Ok(false));
        for (good, bad) in [
            ("CapBnd:\t0000000000000000", "CapBnd:\t00000000a80425fb"),
            ("NoNewPrivs:\t1", "NoNewPrivs:\t0"),
            ("Uid:\t210000", "Uid:\t0"),
            ("CapEff:\t0000000000000000\n", ""),
            ("Uid:\t210000\t210000\t210000\t210000\n", ""),
        ] {
            assert!(judge(&all(), &GOOD.replace(good, bad)).is_err(), "{bad}");
        }
        for needed in NEEDED {
            let rest: Vec<_> = all().into_iter().filter(|name| name != needed).collect();
            assert!(judge(&rest, GOOD).is_err(), "{needed}");
        }
    }

    #[test]
    fn a_process_is_told_from_a_later_one_of_the_same_number() {
        let number = i64::from(std::process::id());
        let own = Process { container: String::new(), number, begun: begun(number).expect("it runs") };
        assert!(own.lives());
        assert!(!Process { begun: own.begun + 1, ..own.clone() }.lives());
        assert!(!Process { number: i64::MAX, ..own }.lives());
        assert!(Process::of("no-such-container", number).is_err());
    }
}
