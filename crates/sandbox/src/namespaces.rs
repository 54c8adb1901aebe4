//! Namespaces of the kernel.

use crate::report::NAMESPACES;
use nix::sched::{CloneFlags, unshare};
use rustix::process::{DumpableBehavior, set_dumpable_behavior};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

/// Leaves the host's namespaces of mounts, networks, messages and names; the launcher has left that of processes.
pub(crate) fn leave_the_host() -> io::Result<()> {
    let flags =
        CloneFlags::CLONE_NEWNS | CloneFlags::CLONE_NEWNET | CloneFlags::CLONE_NEWIPC | CloneFlags::CLONE_NEWUTS;
    Ok(unshare(flags)?)
}

/// Leaves the host's namespace of control groups: from now on the group that this process is in is all that it sees.
pub(crate) fn leave_control_groups() -> io::Result<()> {
    Ok(unshare(CloneFlags::CLONE_NEWCGROUP)?)
}

/// Lets the next child be the first process of a namespace of processes.
pub(crate) fn separate_children() -> io::Result<()> {
    Ok(unshare(CloneFlags::CLONE_NEWPID)?)
}

/// Goes into a new namespace of users that has one user and one group: `inside` is who this process is now.
pub(crate) fn separate_users(inside: u32) -> io::Result<()> {
    let user = rustix::process::geteuid().as_raw();
    let group = rustix::process::getegid().as_raw();
    unshare(CloneFlags::CLONE_NEWUSER)?;
    // What tells of a process that may not be dumped belongs to the host's root.
    set_dumpable_behavior(DumpableBehavior::Dumpable)?;
    let of_this = Path::new("/proc/self");
    // Whoever may set groups could leave one whose members are denied something (user_namespaces(7)).
    fs::write(of_this.join("setgroups"), "deny")?;
    fs::write(of_this.join("uid_map"), format!("{inside} {user} 1"))?;
    fs::write(of_this.join("gid_map"), format!("{inside} {group} 1"))
}

/// The namespaces of this process, by name.
pub(crate) fn of_this_process() -> BTreeMap<String, String> {
    let read = |name: &str| fs::read_link(Path::new("/proc/self/ns").join(name)).ok();
    let all = NAMESPACES.iter().filter_map(|name| Some(((*name).to_owned(), read(name)?)));
    all.map(|(name, namespace)| (name, namespace.to_string_lossy().into_owned())).collect()
}

/// The names of those namespaces that are not the host's.
pub(crate) fn differing(host: &BTreeMap<String, String>) -> Vec<String> {
    let own = of_this_process();
    own.into_iter().filter(|(name, own)| host.get(name).is_some_and(|host| host != own)).map(|(name, _)| name).collect()
}
