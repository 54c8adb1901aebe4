//! Messages over the standard input and output of a process, a line each (MCP, "stdio").

use super::super::address::Address;
use super::super::ending::Ending;
use super::ceilings::Ceilings;
use super::message::{self, Line};
use super::program::Program;
use crate::upstream::UpstreamFault;
use futures_util::StreamExt as _;
use rmcp::RoleClient;
use rmcp::model::{ClientJsonRpcMessage, ServerJsonRpcMessage};
use rmcp::transport::Transport;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;
use tokio::process::{ChildStdin, ChildStdout};
use tokio::sync::Mutex;
use tokio_util::codec::{FramedRead, LinesCodec, LinesCodecError};

/// Lines in a row that are no message.
const MOST_NOISE: u32 = 1000;
/// How long a process may take to read one message.
const TAKING: Duration = Duration::from_secs(10);
/// What the shell says when there is no program of a name, or none that may be run (POSIX, "Exit Status for Commands").
const NOT_RUN: [i32; 2] = [126, 127];

/// A process as the SDK speaks to it.
pub(in crate::upstreams) struct Lines {
    program: Program,
    output: FramedRead<ChildStdout, LinesCodec>,
    input: Arc<Mutex<Option<ChildStdin>>>,
    ending: Arc<Ending>,
    most_bytes: usize,
    noise: u32,
}

impl Lines {
    /// Starts the process of this address.
    pub(in crate::upstreams) async fn start(
        address: &Address,
        ceilings: &Ceilings,
        most_bytes: usize,
        ending: Arc<Ending>,
    ) -> Result<Self, UpstreamFault> {
        let started = Program::start(address, ceilings).await;
        let (program, input, output) = started.map_err(|fault| {
            tracing::warn!(%fault, "the process of an MCP server does not start");
            UpstreamFault::Away("its process does not start".to_owned())
        })?;
        let output = FramedRead::new(output, LinesCodec::new_with_max_length(most_bytes));
        Ok(Self { program, output, input: Arc::new(Mutex::new(Some(input))), ending, most_bytes, noise: 0 })
    }

    /// The message of this line, if it is one.
    fn read(&mut self, line: &str) -> Result<Option<ServerJsonRpcMessage>, UpstreamFault> {
        match message::read(line) {
            Line::Message(message) => {
                self.noise = 0;
                Ok(Some(*message))
            }
            Line::Noise if self.noise < MOST_NOISE => {
                self.noise += 1;
                Ok(None)
            }
            Line::Noise => Err(UpstreamFault::Broken("it says what is no message".to_owned())),
            Line::Broken => Err(UpstreamFault::Broken("a message of it is no JSON-RPC".to_owned())),
        }
    }

    /// What it means that there is no line.
    async fn silence(&mut self, fault: Option<LinesCodecError>) -> UpstreamFault {
        match fault {
            Some(LinesCodecError::MaxLineLengthExceeded) => return UpstreamFault::TooLarge { most: self.most_bytes },
            Some(LinesCodecError::Io(fault)) if fault.kind() == io::ErrorKind::InvalidData => {
                return UpstreamFault::Broken("it says what is no UTF-8".to_owned());
            }
            Some(LinesCodecError::Io(_)) | None => {}
        }
        UpstreamFault::Away(match self.program.ends().await {
            Some(status) if status.code().is_some_and(|code| NOT_RUN.contains(&code)) => {
                "its program cannot be run".to_owned()
            }
            Some(status) => format!("its process ended with {status}"),
            None => "its process says nothing any more".to_owned(),
        })
    }
}

impl Transport<RoleClient> for Lines {
    type Error = io::Error;

    fn send(
        &mut self,
        message: ClientJsonRpcMessage,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send + 'static {
        let (input, ending) = (Arc::clone(&self.input), Arc::clone(&self.ending));
        async move {
            let mut line = serde_json::to_vec(&message)?;
            line.push(b'\n');
            tokio::select! {
                biased;
                _ = ending.comes() => Err(io::ErrorKind::BrokenPipe.into()),
                sent = write(&input, &line) => {
                    // A message that is half written leaves nothing that could be said after it.
                    if sent.is_err() {
                        ending.end(UpstreamFault::Away("its process takes no messages".to_owned()));
                    }
                    sent
                }
            }
        }
    }

    async fn receive(&mut self) -> Option<ServerJsonRpcMessage> {
        loop {
            let read = match self.output.next().await {
                Some(Ok(line)) => self.read(&line),
                Some(Err(fault)) => Err(self.silence(Some(fault)).await),
                None => Err(self.silence(None).await),
            };
            match read {
                Ok(Some(message)) => return Some(message),
                Ok(None) => {}
                Err(fault) => {
                    self.ending.end(fault);
                    return None;
                }
            }
        }
    }

    async fn close(&mut self) -> Result<(), Self::Error> {
        // Whoever writes gives up the input then.
        self.ending.end(UpstreamFault::Away("the connection was closed".to_owned()));
        drop(self.input.lock().await.take());
        self.program.end().await;
        Ok(())
    }
}

/// Writes a line. That a process has ended is noticed by its silence, which tells more; only who writes once more is
/// told that nobody reads.
async fn write(input: &Mutex<Option<ChildStdin>>, line: &[u8]) -> io::Result<()> {
    let mut input = input.lock().await;
    let open = input.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
    match tokio::time::timeout(TAKING, open.write_all(line)).await {
        Ok(Err(fault)) if fault.kind() == io::ErrorKind::BrokenPipe => {
            *input = None;
            Ok(())
        }
        Ok(written) => written,
        Err(_) => Err(io::ErrorKind::TimedOut.into()),
    }
}
