//! The first process of a box. It makes the box around itself, gives up what it could do that the program may not, and
//! starts the program. From then on it reaps, passes on signals, and hands out connections; with it ends the box.

mod capabilities;
mod devices;
mod files;
mod landlock;
mod loopback;
mod privileges;
mod proc;
mod program;
mod rlimits;
mod root;
mod runtime;
mod seccomp;
mod streams;
mod supervisor;
mod tree;
mod usage;

use crate::cgroup;
use crate::error::{Failure, Step as _};
use crate::message::{Event, Instructions, MOST_FRAME, MOST_SPEC, Order};
use crate::namespaces;
use crate::report::Applied;
use crate::spec::Network;
use crate::wire;
use rustix::process::{Signal, set_parent_process_death_signal};
use std::net::{Ipv4Addr, TcpListener};
use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;
use supervisor::Supervisor;

/// Runs as the first process of a box, told over this stream what to do; gives the status to exit with.
pub(crate) fn run(control: &UnixStream) -> i32 {
    // The stream's end tells the same; this tells it also while the box is being made.
    if set_parent_process_death_signal(Some(Signal::KILL)).is_err() {
        return 1;
    }
    let Ok(Some((instructions, _))) = wire::receive::<Instructions>(control, MOST_SPEC) else { return 1 };
    let (applied, listener) = match make(&instructions, control) {
        Ok(made) => made,
        Err(failure) => return tell(control, &failure.into()),
    };
    match Supervisor::start(control, &instructions) {
        Ok(supervisor) => supervisor.run(applied, listener.as_ref().map(|listener| listener.as_fd())),
        Err(event) => tell(control, &event),
    }
}

fn tell(control: &UnixStream, event: &Event) -> i32 {
    // If nobody listens any more, nobody wants to know.
    let _ = wire::send(control, event, None);
    1
}

/// Makes the box around this process, and locks it.
fn make(instructions: &Instructions, control: &UnixStream) -> Result<(Applied, Option<TcpListener>), Failure> {
    let spec = &instructions.spec;
    // While the host's files are there.
    cgroup::enter(&instructions.groups).step("enter its control groups")?;
    namespaces::leave_the_host().step("leave the host's namespaces")?;
    rustix::process::setsid().step("begin a session")?;
    loopback::bring_up().step("bring the loopback interface up")?;
    rustix::system::sethostname(spec.hostname.as_bytes()).step("name the host")?;
    let listener = match spec.network {
        Network::None => None,
        // There is no interface but the loopback, all of whose addresses it takes.
        Network::Proxy { port } => Some(TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).step("listen for the proxy")?),
    };
    let knobs = root::build(spec)?;
    loopback::open_low_ports(&knobs).step("open the low ports")?;
    let begin = wire::receive::<Order>(control, MOST_FRAME).step("hear of its limits")?;
    if !matches!(begin, Some((Order::Begin, _))) {
        return Err(Failure::because("hear of its limits", "the launcher is gone"));
    }
    // Only now, as the root of its control groups is the one that it is in.
    namespaces::leave_control_groups().step("leave the host's control groups")?;
    if instructions.is_privileged {
        let identity = spec.identity.ok_or_else(|| Failure::because("take its identity", "there is none"))?;
        streams::give(identity).step("give it its output")?;
        privileges::become_identity(identity).step("take its identity")?;
    }
    privileges::nest(&knobs)?;
    drop(knobs);
    rlimits::impose(&spec.limits, instructions.mechanism).step("limit resources")?;
    capabilities::drop_all().step("drop all capabilities")?;
    rustix::thread::set_no_new_privs(true).step("gain no privileges any more")?;
    let landlock_abi = landlock::enforce(spec)?;
    seccomp::enforce()?;
    let applied = Applied {
        namespaces: namespaces::differing(&instructions.host),
        landlock_abi,
        seccomp: true,
        mechanism: instructions.mechanism,
        own_identity: instructions.is_privileged,
    };
    Ok((applied, listener))
}
