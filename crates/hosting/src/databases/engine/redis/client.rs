//! Asks a server of Redis (the RESP2 protocol), as the platform does: one question, one short answer.

use super::super::EngineFault;
use super::config::PLATFORM;
use mainstay_kernel::Secret;
use std::io::{self, ErrorKind};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

/// A connection to a server.
pub(super) struct Client {
    stream: BufReader<TcpStream>,
}

/// How long an answer may take: a server that writes a backup answers nobody meanwhile.
const PATIENCE: Duration = Duration::from_mins(1);
/// Longest answer that is taken, in bytes.
const LONGEST: usize = 64 << 10;

impl Client {
    /// Comes in as the platform.
    pub(super) async fn open(stream: TcpStream, password: &Secret<String>) -> Result<Self, EngineFault> {
        let mut client = Self { stream: BufReader::new(stream) };
        client.ask(&["AUTH", PLATFORM, password.expose()]).await?;
        Ok(client)
    }

    /// What the server answers.
    pub(super) async fn ask<T: AsRef<str>>(&mut self, words: &[T]) -> Result<String, EngineFault> {
        let mut asked = format!("*{}\r\n", words.len());
        for word in words.iter().map(AsRef::as_ref) {
            for part in ["$", &word.len().to_string(), "\r\n", word, "\r\n"] {
                asked.push_str(part);
            }
        }
        let answered = async {
            self.stream.get_mut().write_all(asked.as_bytes()).await?;
            self.answer().await
        };
        let answered = tokio::time::timeout(PATIENCE, answered).await;
        answered.map_err(|_| EngineFault("the server does not answer".to_owned()))??.map_err(EngineFault)
    }

    /// An answer, or what the server complains of.
    async fn answer(&mut self) -> io::Result<Result<String, String>> {
        let mut line = String::new();
        let mut most = (&mut self.stream).take(LONGEST as u64);
        most.read_line(&mut line).await?;
        let odd = || io::Error::from(ErrorKind::InvalidData);
        let line = line.strip_suffix("\r\n").ok_or_else(odd)?;
        let (sort, rest) = line.split_at_checked(1).ok_or_else(odd)?;
        match sort {
            "+" | ":" => Ok(Ok(rest.to_owned())),
            "-" => Ok(Err(rest.to_owned())),
            "$" => {
                let length: usize = rest.parse().map_err(|_| odd())?;
                if length > LONGEST {
                    return Err(odd());
                }
                let mut bytes = vec![0; length + 2];
                self.stream.read_exact(&mut bytes).await?;
                bytes.truncate(length);
                String::from_utf8(bytes).map(Ok).map_err(|_| odd())
            }
            _ => Err(odd()),
        }
    }

    /// What one line of a section of `INFO` says.
    pub(super) async fn told(&mut self, section: &str, name: &str) -> Result<String, EngineFault> {
        let told = self.ask(&["INFO", section]).await?;
        let found = told.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        found.map(ToOwned::to_owned).ok_or_else(|| EngineFault(format!("the server does not tell {name}")))
    }
}
