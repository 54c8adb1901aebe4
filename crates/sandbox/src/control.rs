//! What a caller says to a box, and hears of it.

use crate::error::SandboxError;
use crate::message::{Event, MOST_FRAME, Order, Usage};
use crate::report::{Applied, Report};
use crate::spec::Spec;
use crate::wire;
use std::io;
use std::net::{TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::time::Duration;

/// A box in the hands of who asked for it. Dropped, it ends the box. Its methods block.
#[derive(Debug)]
pub struct Control {
    stream: UnixStream,
    /// The end of the box, when it was heard of while waiting for something else.
    report: Option<Report>,
}

/// A box whose program runs.
#[derive(Debug)]
pub struct Started {
    /// What it is made of.
    pub applied: Applied,
    /// Where the program reaches its proxy, if it has one: whoever accepts here speaks to a process of the box.
    pub proxy: Option<TcpListener>,
}

impl Control {
    pub(crate) fn new(stream: UnixStream) -> Self {
        Self { stream, report: None }
    }

    /// Tells a launcher that was just spawned what to start, and waits until the program runs.
    ///
    /// # Errors
    ///
    /// [`SandboxError::NotMade`], [`SandboxError::NotStarted`], or [`SandboxError::Io`] when the launcher is gone.
    pub fn start(&mut self, spec: &Spec) -> Result<Started, SandboxError> {
        wire::send(&self.stream, spec, None)?;
        match self.event()? {
            (Event::Started(applied), descriptor) => Ok(Started { applied, proxy: descriptor.map(TcpListener::from) }),
            (event, _) => Err(fault(&event)),
        }
    }

    /// Sends a signal to the program, by its number.
    ///
    /// # Errors
    ///
    /// [`SandboxError::Ended`].
    pub fn signal(&mut self, signal: i32) -> Result<(), SandboxError> {
        self.order(Order::Signal(signal))
    }

    /// A connection to this port of the box's loopback, made inside of it.
    ///
    /// # Errors
    ///
    /// [`SandboxError::Refused`], [`SandboxError::Ended`].
    pub fn connect(&mut self, port: u16) -> Result<TcpStream, SandboxError> {
        self.order(Order::Connect(port))?;
        match self.event()? {
            (Event::Connected, Some(descriptor)) => Ok(descriptor.into()),
            (event, _) => Err(fault(&event)),
        }
    }

    /// What the box uses now.
    ///
    /// # Errors
    ///
    /// [`SandboxError::Ended`].
    pub fn usage(&mut self) -> Result<Usage, SandboxError> {
        self.order(Order::Usage)?;
        match self.event()? {
            (Event::Usage(usage), _) => Ok(usage),
            (event, _) => Err(fault(&event)),
        }
    }

    /// Waits for the end of the box: then nothing of it is left.
    ///
    /// # Errors
    ///
    /// [`SandboxError::Io`] when the launcher was killed. The box ended with it; how is not known.
    pub fn report(&mut self) -> Result<Report, SandboxError> {
        while self.report.is_none() {
            self.event()?;
        }
        self.report.clone().ok_or(SandboxError::Ended)
    }

    /// How long a method waits for an answer; `None` is without end, as it is at first.
    ///
    /// # Errors
    ///
    /// When the time is zero.
    pub fn set_timeout(&self, most: Option<Duration>) -> io::Result<()> {
        self.stream.set_read_timeout(most)
    }

    fn order(&mut self, order: Order) -> Result<(), SandboxError> {
        if self.report.is_some() {
            return Err(SandboxError::Ended);
        }
        match wire::send(&self.stream, &order, None) {
            Err(fault) if fault.kind() == io::ErrorKind::BrokenPipe => Err(SandboxError::Ended),
            sent => Ok(sent?),
        }
    }

    fn event(&mut self) -> Result<(Event, Option<OwnedFd>), SandboxError> {
        let event = wire::receive::<Event>(&self.stream, MOST_FRAME)?;
        let event = event.ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof))?;
        if let Event::Ended(report) = &event.0 {
            self.report = Some(report.clone());
        }
        Ok(event)
    }
}

/// What it means that this came as an answer.
pub(crate) fn fault(event: &Event) -> SandboxError {
    event.fault().unwrap_or_else(|| io::Error::from(io::ErrorKind::InvalidData).into())
}
