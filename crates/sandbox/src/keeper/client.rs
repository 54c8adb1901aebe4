//! How a keeper is started, found again and asked.

use super::files::{Directory, Instance};
use super::logs::Logs;
use super::message::{Answer, Charge, Exit, Request, Status};
use crate::control::fault;
use crate::error::SandboxError;
use crate::launcher::Launcher;
use crate::message::{Event, MOST_FRAME};
use crate::modes;
use crate::report::Applied;
use crate::spec::Spec;
use crate::wire;
use rustix::net::sockopt::socket_peercred;
use std::io;
use std::net::{TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

/// How long a keeper may take to answer.
const ANSWERING: Duration = Duration::from_secs(5);

/// How long until it is looked at again whether one has told how its program ended.
const TELLING: Duration = Duration::from_millis(2);

/// How long a box may take to be made.
const STARTING: Duration = Duration::from_secs(30);

/// A keeper that was found.
#[derive(Debug, Clone)]
pub struct Client {
    directory: Directory,
    instance: Instance,
}

/// What is found in a keeper's directory.
#[derive(Debug)]
pub enum Found {
    /// A keeper, whose program runs.
    Running(Client),
    /// The program has ended, and its keeper has told how.
    Ended(Exit),
    /// A keeper was there and is gone without a word, and its program with it: it was killed, or the machine restarted.
    Lost,
    /// No keeper has been there.
    Nothing,
}

/// Starts a program in a box that outlives this process, kept in this directory of an absolute path. Blocks until the
/// program runs.
///
/// # Errors
///
/// [`SandboxError::NotMade`], also when a keeper is there already; [`SandboxError::NotStarted`]; [`SandboxError::Io`].
pub fn start(
    launcher: &Launcher,
    directory: &Path,
    logs: &Logs,
    spec: &Spec,
) -> Result<(Client, Applied), SandboxError> {
    if let Found::Running(_) = find(directory)? {
        let reason = "there is one already".to_owned();
        return Err(SandboxError::NotMade { step: "start a keeper".to_owned(), reason });
    }
    let (mut command, stream) = launcher.mode(modes::KEEP)?;
    let mut starter = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    drop(command);
    stream.set_read_timeout(Some(STARTING))?;
    let charge = Charge { directory: directory.to_owned(), logs: logs.clone(), spec: spec.clone() };
    let sent = wire::send(&stream, &charge, None);
    // It goes as soon as the keeper is there.
    starter.wait()?;
    sent?;
    let heard = wire::receive::<Event>(&stream, MOST_FRAME)?;
    match heard.ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof))? {
        (Event::Started(applied), _) => match Client::find(directory)? {
            Some(client) => Ok((client, applied)),
            // It has ended already, which is told in its directory.
            None => Err(SandboxError::Ended),
        },
        (event, _) => Err(fault(&event)),
    }
}

/// What has become of the keeper of this directory.
///
/// # Errors
///
/// [`SandboxError::Io`] when the directory cannot be read.
pub fn find(directory: &Path) -> Result<Found, SandboxError> {
    if let Some(client) = Client::find(directory)? {
        return Ok(Found::Running(client));
    }
    let directory = Directory::at(directory);
    if let Some(exit) = directory.exit()? {
        return Ok(Found::Ended(exit));
    }
    Ok(if directory.instance()?.is_some() { Found::Lost } else { Found::Nothing })
}

impl Client {
    fn find(directory: &Path) -> io::Result<Option<Self>> {
        let directory = Directory::at(directory);
        let instance = directory.instance()?.filter(Instance::is_alive);
        Ok(instance.map(|instance| Self { directory, instance }))
    }

    /// How the box is. Of one that has just ended, how it ended.
    ///
    /// # Errors
    ///
    /// [`SandboxError::NoKeeper`] when the keeper is gone without a word; [`SandboxError::Io`] when it does not answer in
    /// time.
    pub fn status(&self) -> Result<Status, SandboxError> {
        match self.ask(Request::Status) {
            Ok((Answer::Status(status), _)) => Ok(status),
            Ok(_) => Err(io::Error::from(io::ErrorKind::InvalidData).into()),
            Err(fault) => {
                self.wait_until_told();
                match self.directory.exit()? {
                    Some(exit) => Ok(Status::ended(exit)),
                    // It is slow to tell, and may still do.
                    None if self.instance.is_alive() => Err(io::Error::from(io::ErrorKind::TimedOut).into()),
                    None => Err(fault),
                }
            }
        }
    }

    /// A connection to this port of the box's loopback, made inside of it.
    ///
    /// # Errors
    ///
    /// [`SandboxError::Refused`], [`SandboxError::NoKeeper`].
    pub fn connect(&self, port: u16) -> Result<TcpStream, SandboxError> {
        match self.ask(Request::Connect { port })? {
            (Answer::Descriptor, Some(descriptor)) => Ok(descriptor.into()),
            _ => Err(SandboxError::Refused { port }),
        }
    }

    /// Where the program reaches its proxy, if it has one; the same socket each time.
    ///
    /// # Errors
    ///
    /// [`SandboxError::NoKeeper`].
    pub fn proxy(&self) -> Result<Option<TcpListener>, SandboxError> {
        Ok(self.ask(Request::Proxy)?.1.map(TcpListener::from))
    }

    /// Sends a signal to the program, by its number.
    ///
    /// # Errors
    ///
    /// [`SandboxError::NoKeeper`].
    pub fn signal(&self, signal: i32) -> Result<(), SandboxError> {
        self.ask(Request::Signal { signal }).map(drop)
    }

    /// Tells the program to end (`SIGTERM`), and kills all of the box when it has not after so many seconds. Does not
    /// wait for that.
    ///
    /// # Errors
    ///
    /// [`SandboxError::NoKeeper`].
    pub fn stop(&self, grace_seconds: u32) -> Result<(), SandboxError> {
        self.ask(Request::Stop { grace_seconds }).map(drop)
    }

    /// Kills all of the box.
    ///
    /// # Errors
    ///
    /// [`SandboxError::NoKeeper`].
    pub fn kill(&self) -> Result<(), SandboxError> {
        self.ask(Request::Kill).map(drop)
    }

    /// The number of the keeper's process.
    pub fn pid(&self) -> u32 {
        self.instance.pid
    }

    fn ask(&self, request: Request) -> Result<(Answer, Option<OwnedFd>), SandboxError> {
        let stream = self.connection().ok_or(SandboxError::NoKeeper)?;
        stream.set_read_timeout(Some(ANSWERING))?;
        // Whoever is ending now may close it at any moment.
        let sent = wire::send(&stream, &request, None).and_then(|()| wire::receive(&stream, MOST_FRAME));
        match sent {
            Ok(Some(answer)) => Ok(answer),
            Ok(None) => Err(SandboxError::NoKeeper),
            Err(fault) if fault.kind() == io::ErrorKind::BrokenPipe => Err(SandboxError::NoKeeper),
            Err(fault) if fault.kind() == io::ErrorKind::ConnectionReset => Err(SandboxError::NoKeeper),
            Err(fault) => Err(fault.into()),
        }
    }

    /// Waits until a keeper that is ending has told how its program ended.
    fn wait_until_told(&self) {
        let until = Instant::now() + ANSWERING;
        while self.instance.is_alive() && Instant::now() < until {
            if matches!(self.directory.exit(), Ok(Some(_))) {
                return;
            }
            thread::sleep(TELLING);
        }
    }

    /// A connection to that very process.
    fn connection(&self) -> Option<UnixStream> {
        let stream = self.directory.connect().ok()?;
        let peer = socket_peercred(&stream).ok()?;
        let is_it = peer.pid.as_raw_nonzero().get().cast_unsigned() == self.instance.pid;
        (is_it && self.instance.is_alive()).then_some(stream)
    }
}
