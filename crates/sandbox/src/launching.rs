//! The launcher: makes a box, and stands between it and who asked for it. It keeps the privileges of who started it,
//! and does nothing for the program.

use crate::host::Sandbox;
use crate::message::{Event, MOST_FRAME, MOST_SPEC, Order};
use crate::report::Report;
use crate::spec::Spec;
use crate::wire;
use rustix::event::{PollFd, PollFlags, poll};
use std::io;
use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;
use std::process::Stdio;

/// The status of a launcher whose box or program was not started; the events tell why.
pub(crate) const NOT_STARTED: i32 = 125;

/// Runs as the launcher, told over this stream; gives the status to exit with, which is the program's.
pub(crate) fn run(caller: &UnixStream) -> i32 {
    // What a terminal tells its processes is the caller's to hear; this one ends when the caller is gone. A launcher
    // that leads a group already cannot begin a session, and has been set apart by who started it.
    let _ = rustix::process::setsid();
    let Ok(Some((spec, _))) = wire::receive::<Spec>(caller, MOST_SPEC) else { return NOT_STARTED };
    let made = match Sandbox::make(&spec, Stdio::inherit(), Stdio::inherit()) {
        Ok(made) => made,
        Err(failure) => {
            let _ = wire::send(caller, &Event::from(failure), None);
            return NOT_STARTED;
        }
    };
    drop(spec);
    let said = match pass_on(&made, caller) {
        Ok(Some(report)) => Some(report),
        Ok(None) => return NOT_STARTED,
        // One of the two is gone, and the box with it.
        Err(_) => None,
    };
    let report = made.finish(said);
    // Nobody who wants to know is as good: the status tells it, too.
    let _ = wire::send(caller, &Event::Ended(report.clone()), None);
    report.ended.shell_status()
}

/// Passes orders and events on until the box is over. Gives what it said of its end; `None` when it never began.
fn pass_on(made: &Sandbox, caller: &UnixStream) -> io::Result<Option<Report>> {
    loop {
        let mut sources = [PollFd::new(made.control(), PollFlags::IN), PollFd::new(caller, PollFlags::IN)];
        match poll(&mut sources, None) {
            Ok(_) => {}
            Err(rustix::io::Errno::INTR) => continue,
            Err(fault) => return Err(fault.into()),
        }
        let [is_event, is_order] = sources.map(|source| !source.revents().is_empty());
        if is_event {
            // A box that went without a word was killed.
            let (event, descriptor) = made.event()?.ok_or(io::ErrorKind::UnexpectedEof)?;
            if let Event::Ended(report) = event {
                return Ok(Some(report));
            }
            let is_over = matches!(event, Event::NotMade { .. } | Event::NotStarted { .. });
            wire::send(caller, &event, descriptor.as_ref().map(|descriptor| descriptor.as_fd()))?;
            if is_over {
                return Ok(None);
            }
        } else if is_order {
            // Without who asked for it a box ends.
            let (order, _) = wire::receive::<Order>(caller, MOST_FRAME)?.ok_or(io::ErrorKind::UnexpectedEof)?;
            made.order(order)?;
        }
    }
}
