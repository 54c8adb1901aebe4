//! What the first process of a box does while the program runs.

use super::{program, usage};
use crate::error::Step as _;
use crate::message::{Event, Instructions, MOST_FRAME, Order};
use crate::report::{Applied, Ended, Mechanism, Report};
use crate::wire;
use nix::sys::signal::{SigSet, Signal as NixSignal, kill};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use nix::unistd::Pid as NixPid;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{WaitOptions, wait};
use rustix::time::Timespec;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::os::fd::{AsFd as _, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::time::Duration;

/// How long a connection may take to be made. It is the kernel that answers, at once, unless as many wait to be accepted
/// as the program lets wait; then the kernel tries again only after a second, and whoever asked had better be told.
const CONNECTING: Duration = Duration::from_millis(50);
/// How often memory is looked at when the kernel does not count it for the box.
const LOOKING: Timespec = Timespec { tv_sec: 0, tv_nsec: 500_000_000 };

/// The program and who asks about it.
pub(super) struct Supervisor<'a> {
    control: &'a UnixStream,
    signals: SignalFd,
    program: i32,
    /// Bytes that all processes together may hold, when that is to be seen to here.
    memory: Option<u64>,
    oom_killed: bool,
}

impl<'a> Supervisor<'a> {
    /// Starts the program.
    pub(super) fn start(control: &'a UnixStream, instructions: &Instructions) -> Result<Self, Event> {
        let spec = &instructions.spec;
        let program = program::start(spec)?.id().cast_signed();
        // Only now: the program is not to be born deaf to them. What came before is seen by looking.
        let signals = listen().step("listen to signals")?;
        let memory = (instructions.mechanism == Mechanism::Rlimits).then_some(spec.limits.memory_bytes);
        Ok(Self { control, signals, program, memory, oom_killed: false })
    }

    /// Sees to the program until its end, and that of all that it started; gives the status to exit with.
    pub(super) fn run(mut self, applied: Applied, listener: Option<BorrowedFd<'_>>) -> i32 {
        if wire::send(self.control, &Event::Started(applied), listener).is_err() {
            return 1;
        }
        match self.watch() {
            Ok(ended) => {
                end_all();
                let report = Report { ended, oom_killed: self.oom_killed };
                i32::from(wire::send(self.control, &Event::Ended(report), None).is_err())
            }
            // The launcher is gone: the box goes with this process.
            Err(_) => 1,
        }
    }

    fn watch(&mut self) -> io::Result<Ended> {
        loop {
            if let Some(ended) = self.reap() {
                return Ok(ended);
            }
            let (is_signalled, is_asked) = self.wait()?;
            if is_signalled {
                self.pass_signals_on();
            }
            if is_asked {
                let order = wire::receive::<Order>(self.control, MOST_FRAME)?;
                let (order, _) = order.ok_or(io::ErrorKind::UnexpectedEof)?;
                self.obey(order)?;
            }
            self.look_at_memory();
        }
    }

    /// Waits for something to do: a signal, an order.
    fn wait(&self) -> io::Result<(bool, bool)> {
        let mut sources = [PollFd::new(&self.signals, PollFlags::IN), PollFd::new(self.control, PollFlags::IN)];
        match poll(&mut sources, self.memory.map(|_| &LOOKING)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(fault) => return Err(fault.into()),
        }
        Ok((!sources[0].revents().is_empty(), !sources[1].revents().is_empty()))
    }

    /// Takes leave of all who have ended; tells when the program is among them.
    fn reap(&self) -> Option<Ended> {
        while let Ok(Some((process, status))) = wait(WaitOptions::NOHANG) {
            if process.as_raw_nonzero().get() != self.program {
                continue;
            }
            if let Some(code) = status.exit_status() {
                return Some(Ended::Code(code));
            }
            if let Some(signal) = status.terminating_signal() {
                return Some(Ended::Signal(signal));
            }
        }
        None
    }

    fn pass_signals_on(&self) {
        while let Ok(Some(signal)) = self.signals.read_signal() {
            match signal.ssi_signo.cast_signed() {
                libc::SIGCHLD => {}
                other => self.signal(other),
            }
        }
    }

    fn obey(&mut self, order: Order) -> io::Result<()> {
        match order {
            Order::Begin => Ok(()),
            Order::Signal(signal) => {
                self.signal(signal);
                Ok(())
            }
            Order::Usage => wire::send(self.control, &Event::Usage(usage::now()), None),
            Order::Connect(port) => {
                match TcpStream::connect_timeout(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)), CONNECTING) {
                    Ok(connection) => wire::send(self.control, &Event::Connected, Some(connection.as_fd())),
                    Err(_) => wire::send(self.control, &Event::Refused(port), None),
                }
            }
        }
    }

    fn signal(&self, signal: i32) {
        // The program may have just ended, which is seen next.
        if let Ok(signal) = NixSignal::try_from(signal) {
            let _ = kill(NixPid::from_raw(self.program), signal);
        }
    }

    fn look_at_memory(&mut self) {
        if self.memory.is_some_and(|most| usage::now().rss_bytes > most) {
            self.oom_killed = true;
            end_all();
        }
    }
}

/// Kills every process of the box but this one.
fn end_all() {
    // Nobody left is as good.
    let _ = kill(NixPid::from_raw(-1), NixSignal::SIGKILL);
}

/// Has signals wait to be read, as the kernel drops those that the first process has no handler for.
fn listen() -> io::Result<SignalFd> {
    let mut signals = SigSet::empty();
    for signal in [NixSignal::SIGCHLD, NixSignal::SIGTERM, NixSignal::SIGINT, NixSignal::SIGHUP, NixSignal::SIGQUIT] {
        signals.add(signal);
    }
    signals.thread_block()?;
    Ok(SignalFd::with_flags(&signals, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK)?)
}
