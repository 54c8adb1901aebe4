//! A box as seen from the host: by the process that made it.

use crate::cgroup::Cgroup;
use crate::error::{Failure, Step as _};
use crate::message::{Event, Instructions, MOST_FRAME, Order};
use crate::modes;
use crate::namespaces;
use crate::report::{Ended, Mechanism, Report};
use crate::spec::Spec;
use crate::wire;
use rustix::thread::{CapabilitySet, capabilities};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Child, Command, Stdio};

/// Who this process is in a namespace of users of its own: may make the box, and is nobody on the host.
const ROOT: u32 = 0;

/// A box that this process made. Dropped, it ends.
pub(crate) struct Sandbox {
    init: Child,
    control: UnixStream,
    cgroup: Option<Cgroup>,
}

impl Sandbox {
    /// Makes a box; its first event tells whether the program runs. A process makes one box in its life: whatever it
    /// starts after that is in the box's namespace of processes.
    pub(crate) fn make(spec: &Spec, stdout: Stdio, stderr: Stdio) -> Result<Self, Failure> {
        let is_privileged = is_privileged().step("see what may be done")?;
        check(spec, is_privileged)?;
        let host = namespaces::of_this_process();
        if !is_privileged {
            namespaces::separate_users(ROOT).step("make a namespace of users")?;
        }
        namespaces::separate_children().step("make a namespace of processes")?;
        let (control, init) = start_init(stdout, stderr).step("start the first process")?;
        let mut made = Self { init, control, cgroup: None };
        // While the first process is loaded.
        made.cgroup = Cgroup::make(&spec.limits);
        let mechanism = made.cgroup.as_ref().map_or(Mechanism::Rlimits, Cgroup::mechanism);
        let groups = made.cgroup.as_ref().map(|cgroup| cgroup.to_be_entered().to_vec()).unwrap_or_default();
        let instructions = Instructions { spec: spec.clone(), is_privileged, mechanism, groups, host };
        wire::send(&made.control, &instructions, None).step("instruct the first process")?;
        match made.begin() {
            Ok(()) => Ok(made),
            Err(failure) => Err(made.own_words().unwrap_or(failure)),
        }
    }

    /// Has the first process begin within its limits.
    fn begin(&self) -> Result<(), Failure> {
        // The kernel may take milliseconds for this, in which the first process makes its root.
        if let Some(cgroup) = &self.cgroup {
            cgroup.add(self.init.id()).step("limit the first process")?;
        }
        self.order(Order::Begin).step("instruct the first process")
    }

    /// Why the first process gave up, if it said so before anybody else noticed.
    fn own_words(&mut self) -> Option<Failure> {
        self.kill();
        match self.event() {
            Ok(Some((Event::NotMade { step, reason }, _))) => Some(Failure::because(&step, reason)),
            _ => None,
        }
    }

    /// Where events come from, to be waited for.
    pub(crate) fn control(&self) -> &UnixStream {
        &self.control
    }

    /// The next event; `None` when the box is over without one.
    pub(crate) fn event(&self) -> io::Result<Option<(Event, Option<OwnedFd>)>> {
        wire::receive(&self.control, MOST_FRAME)
    }

    /// Asks something of it.
    pub(crate) fn order(&self, order: Order) -> io::Result<()> {
        wire::send(&self.control, &order, None)
    }

    /// Kills all of it at once.
    pub(crate) fn kill(&mut self) {
        // Ended already is as good.
        let _ = self.init.kill();
    }

    /// Waits until nothing of it is left, and tells how it ended: as the box itself said, or as it looks from here when
    /// it did not.
    pub(crate) fn finish(mut self, said: Option<Report>) -> Report {
        if said.is_none() {
            self.kill();
        }
        let status = self.init.wait();
        let signal = status.ok().and_then(|status| status.signal()).unwrap_or(libc::SIGKILL);
        let mut report = said.unwrap_or(Report { ended: Ended::Signal(signal), oom_killed: false });
        report.oom_killed |= self.cgroup.as_ref().is_some_and(Cgroup::was_out_of_memory);
        report
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.kill();
        let _ = self.init.wait();
        // Taken away only now that nobody is in it.
        drop(self.cgroup.take());
    }
}

/// Whether this process may make mounts of the host's own and become other users.
fn is_privileged() -> io::Result<bool> {
    // Root of a namespace of users has all capabilities, and no other user to become.
    let is_hosts_root = std::fs::read_to_string("/proc/self/uid_map")?.split_whitespace().eq(["0", "0", "4294967295"]);
    if !rustix::process::geteuid().is_root() || !is_hosts_root {
        return Ok(false);
    }
    let needed = CapabilitySet::SYS_ADMIN | CapabilitySet::SETUID | CapabilitySet::SETGID;
    if capabilities(None)?.effective.contains(needed) {
        return Ok(true);
    }
    // The program would be root too, if without rights: files of root would be its own.
    Err(io::Error::other("root without the rights to mount and to become another user"))
}

fn check(spec: &Spec, is_privileged: bool) -> Result<(), Failure> {
    let has_identity = spec.identity.is_some_and(|identity| identity.uid != 0 && identity.gid != 0);
    let reason = if is_privileged && !has_identity {
        "a privileged launcher needs an identity for the program, which is not root's"
    } else if !spec.cwd.is_absolute() {
        "its working directory is no absolute path"
    } else if spec.limits.memory_bytes < 8 << 20 || spec.limits.cpu == 0 || spec.limits.processes == 0 {
        "a limit is too low for anything to run"
    } else {
        return Ok(());
    };
    Err(Failure::because("read the spec", reason))
}

/// Starts this executable once more, as the first process of the box. By the kernel's own link to it: its path may lead
/// to another version by now.
fn start_init(stdout: Stdio, stderr: Stdio) -> io::Result<(UnixStream, Child)> {
    let (here, there) = UnixStream::pair()?;
    let mut command = Command::new("/proc/self/exe");
    command.arg0(modes::NAME).arg(modes::INIT).env_clear().stdin(OwnedFd::from(there)).stdout(stdout).stderr(stderr);
    Ok((here, command.spawn()?))
}
