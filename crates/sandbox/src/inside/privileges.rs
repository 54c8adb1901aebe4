//! Who the program is, and that it cannot become anybody else.

use super::files::USER;
use crate::error::{Failure, Step as _};
use crate::namespaces;
use crate::spec::Identity;
use nix::unistd::{Gid, Uid, setgroups, setresgid, setresuid};
use rustix::fs::{Mode, OFlags};
use rustix::process::{DumpableBehavior, Signal, set_dumpable_behavior, set_parent_process_death_signal};
use std::fs::File;
use std::io::{self, Write as _};
use std::os::fd::OwnedFd;

/// How many namespaces of each kind may be made.
const KNOBS: [&str; 8] = [
    "sys/user/max_user_namespaces",
    "sys/user/max_mnt_namespaces",
    "sys/user/max_pid_namespaces",
    "sys/user/max_net_namespaces",
    "sys/user/max_ipc_namespaces",
    "sys/user/max_uts_namespaces",
    "sys/user/max_cgroup_namespaces",
    "sys/user/max_time_namespaces",
];

/// Becomes a user of the host that is nobody else's. Before the namespace of users is made: the kernel does not count
/// the processes of one that root made.
pub(super) fn become_identity(identity: Identity) -> io::Result<()> {
    if identity.uid == 0 || identity.gid == 0 {
        return Err(io::Error::other("root is nobody's identity"));
    }
    let (user, group) = (Uid::from_raw(identity.uid), Gid::from_raw(identity.gid));
    setgroups(&[])?;
    setresgid(group, group, group)?;
    Ok(setresuid(user, user, user)?)
}

/// Goes into a namespace of users that owns none of the others, so that nothing of the box can be changed from it, and
/// in which no further namespace can be made.
pub(super) fn nest(knobs: &OwnedFd) -> Result<(), Failure> {
    namespaces::separate_users(USER).step("make a namespace of users")?;
    for knob in KNOBS {
        match rustix::fs::openat(knobs, knob, OFlags::WRONLY | OFlags::CLOEXEC, Mode::empty()) {
            Ok(file) => File::from(file).write_all(b"0").step("forbid further namespaces")?,
            // A kernel without that kind of namespace.
            Err(rustix::io::Errno::NOENT) => {}
            Err(fault) => Err(fault).step("forbid further namespaces")?,
        }
    }
    // Nobody looks into this process, although it has the program's user.
    set_dumpable_behavior(DumpableBehavior::NotDumpable).step("be private")?;
    // Lost with the change of the user.
    set_parent_process_death_signal(Some(Signal::KILL)).step("end with the launcher")
}
