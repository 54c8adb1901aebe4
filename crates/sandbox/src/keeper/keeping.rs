//! The process that keeps a box.

use super::asked;
use super::files::{Directory, now};
use super::logs::{Stream, Writer};
use super::message::{Answer, Charge, Exit, Request, Status};
use crate::error::{Failure, Step as _};
use crate::host::Sandbox;
use crate::message::{Event, MOST_SPEC, Order};
use crate::modes;
use crate::report::Report;
use crate::wire;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::time::Timespec;
use std::io::{self, PipeReader, Read as _};
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::net::{UnixListener, UnixStream};
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};
use std::time::Instant;

/// The status of a keeper that could not keep anything.
const NOT_KEPT: i32 = 125;

/// Starts the keeper as nobody's child, and goes; gives the status to exit with.
pub(crate) fn detach(starter: &UnixStream) -> i32 {
    let spawn = || {
        let mut command = Command::new("/proc/self/exe");
        command.arg0(modes::NAME).arg(modes::KEPT).env_clear().stdin(OwnedFd::from(starter.try_clone()?));
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()
    };
    if spawn().is_ok() { 0 } else { NOT_KEPT }
}

/// Keeps a box until it is over; gives the status to exit with.
pub(crate) fn run(starter: &UnixStream) -> i32 {
    if rustix::process::setsid().is_err() {
        return NOT_KEPT;
    }
    let Ok(Some((charge, _))) = wire::receive::<Charge>(starter, MOST_SPEC) else { return NOT_KEPT };
    let kept = begin(&charge).map_err(Event::from).and_then(|(mut kept, event)| match event {
        (Event::Started(_), proxy) => {
            kept.proxy = proxy;
            Ok((kept, event.0))
        }
        (event, _) => Err(event),
    });
    let (kept, event) = match kept {
        Ok(begun) => begun,
        Err(event) => {
            let _ = Directory::at(&charge.directory).forget();
            let _ = wire::send(starter, &event, None);
            return NOT_KEPT;
        }
    };
    drop(charge);
    // The starter may be gone; the box is kept all the same.
    let _ = wire::send(starter, &event, None);
    let _ = starter.shutdown(std::net::Shutdown::Both);
    i32::from(kept.keep().is_err())
}

type Heard = (Event, Option<OwnedFd>);

fn begin(charge: &Charge) -> Result<(Kept, Heard), Failure> {
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    let directory = Directory::at(&charge.directory);
    directory.make().step("make the keeper's directory")?;
    let writer = Writer::new(&charge.logs).step("make the directory of logs")?;
    let (stdout, stdout_writer) = io::pipe().step("make a pipe")?;
    let (stderr, stderr_writer) = io::pipe().step("make a pipe")?;
    // Before there is a box, so that there is none that nobody finds. Who asks already waits.
    let listener = directory.listen().step("listen")?;
    directory.tell_instance().step("tell who keeps the box")?;
    let made = Sandbox::make(&charge.spec, stdout_writer.into(), stderr_writer.into())?;
    let event = made.event().step("hear of the box")?;
    let event = event.ok_or_else(|| Failure::because("hear of the box", "it is gone"))?;
    let outputs = [(Stream::Stdout, Some(stdout)), (Stream::Stderr, Some(stderr))];
    let kept = Kept { made, directory, listener, writer, outputs, proxy: None, started_at: now(), deadline: None };
    Ok((kept, event))
}

/// A box and what is done for it.
struct Kept {
    made: Sandbox,
    directory: Directory,
    listener: UnixListener,
    writer: Writer,
    outputs: [(Stream, Option<PipeReader>); 2],
    proxy: Option<OwnedFd>,
    started_at: u64,
    /// When all of it is killed.
    deadline: Option<Instant>,
}

/// What there is to do next.
struct Ready {
    is_told: bool,
    is_asked: bool,
    outputs: [bool; 2],
}

impl Kept {
    fn keep(mut self) -> io::Result<()> {
        let said = self.watch();
        // Until it is over: what it printed last lies in the pipes.
        let Self { made, directory, mut writer, mut outputs, started_at, .. } = self;
        let report = made.finish(said);
        for (stream, output) in &mut outputs {
            while read(&mut writer, *stream, output) {}
        }
        let at = now();
        writer.tell_left_out(at);
        directory.tell_exit(&Exit::of(&report, started_at, at))
    }

    /// Does what is asked until the box is over. Gives what it said of its end, if it did.
    fn watch(&mut self) -> Option<Report> {
        loop {
            let ready = self.wait().ok()?;
            if self.deadline.is_some_and(|deadline| deadline <= Instant::now()) {
                return None;
            }
            for ((stream, output), is_ready) in self.outputs.iter_mut().zip(ready.outputs) {
                if is_ready {
                    read(&mut self.writer, *stream, output);
                }
            }
            if ready.is_told {
                // Nothing else is told without having been asked for.
                return match self.made.event() {
                    Ok(Some((Event::Ended(report), _))) => Some(report),
                    _ => None,
                };
            }
            if ready.is_asked
                && let Ok((stream, request)) = asked::next(&self.listener)
                && let Some(report) = self.answer(&stream, request)
            {
                return Some(report);
            }
        }
    }

    fn wait(&self) -> io::Result<Ready> {
        let mut sources =
            vec![PollFd::new(self.made.control(), PollFlags::IN), PollFd::new(&self.listener, PollFlags::IN)];
        let open = self.outputs.iter().filter_map(|(_, output)| output.as_ref());
        sources.extend(open.map(|output| PollFd::new(output, PollFlags::IN)));
        let left = self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        let left = left.and_then(|left| Timespec::try_from(left).ok());
        match poll(&mut sources, left.as_ref()) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(fault) => return Err(fault.into()),
        }
        let mut ready = sources.iter().map(|source| !source.revents().is_empty());
        let (is_told, is_asked) = (ready.next() == Some(true), ready.next() == Some(true));
        let outputs = self.outputs.each_ref().map(|(_, output)| output.is_some() && ready.next() == Some(true));
        Ok(Ready { is_told, is_asked, outputs })
    }

    /// Does what is asked, and answers. Gives the end of the box, if that came meanwhile.
    fn answer(&mut self, stream: &UnixStream, request: Request) -> Option<Report> {
        if let Some(grace) = request.grace() {
            let deadline = Instant::now() + grace;
            // To be told again to stop does not buy time.
            self.deadline = Some(self.deadline.map_or(deadline, |before| before.min(deadline)));
        }
        let heard = match request.order().map(|order| (order, self.made.order(order))) {
            Some((Order::Connect(_) | Order::Usage, Ok(()))) => self.made.event().ok().flatten(),
            _ => None,
        };
        let (answer, descriptor) = match (request, heard) {
            (_, Some((Event::Ended(report), _))) => return Some(report),
            (_, Some((Event::Usage(usage), _))) => (Answer::Status(Status::running(self.started_at, usage)), None),
            (_, Some((Event::Connected, connection))) => (Answer::Descriptor, connection),
            (Request::Proxy, _) => match self.proxy.as_ref().map(OwnedFd::try_clone) {
                Some(Ok(proxy)) => (Answer::Descriptor, Some(proxy)),
                _ => (Answer::Refused, None),
            },
            (Request::Connect { .. } | Request::Status, _) => (Answer::Refused, None),
            (Request::Signal { .. } | Request::Stop { .. } | Request::Kill, _) => (Answer::Taken, None),
        };
        // Whoever asked may be gone.
        let _ = wire::send(stream, &answer, descriptor.as_ref().map(|descriptor| descriptor.as_fd()));
        None
    }
}

/// Reads what there is of an output; tells whether there may be more.
fn read(writer: &mut Writer, stream: Stream, output: &mut Option<PipeReader>) -> bool {
    let mut piece = [0; 16 << 10];
    let read = output.as_mut().map_or(Ok(0), |output| output.read(&mut piece));
    let piece = &piece[..read.unwrap_or(0)];
    if output.is_some() {
        writer.take(stream, piece);
    }
    if piece.is_empty() {
        *output = None;
    }
    !piece.is_empty()
}
