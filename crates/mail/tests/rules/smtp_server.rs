//! A mail server that answers as scripted.

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

/// Answers to commands that differ from what a willing server says; `.` is the end of a mail.
pub(crate) type Script = &'static [(&'static str, &'static str)];

const WILLING: Script = &[
    ("CONNECT", "220 mail.test"),
    ("EHLO", "250-mail.test\r\n250 AUTH PLAIN"),
    ("AUTH", "235 welcome"),
    ("DATA", "354 go on"),
    ("QUIT", "221 bye"),
];

pub(crate) struct SmtpServer {
    /// `127.0.0.1:PORT`.
    pub(crate) address: String,
    /// Each command as it came, and each mail as one text.
    pub(crate) heard: mpsc::UnboundedReceiver<String>,
}

impl SmtpServer {
    pub(crate) async fn start(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        let (tell, heard) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(Conversation::new(stream, script, tell.clone()).hold());
            }
        });
        Self { address, heard }
    }

    /// All that was said so far.
    pub(crate) fn all_heard(&mut self) -> String {
        let mut all = String::new();
        while let Ok(said) = self.heard.try_recv() {
            all.push_str(&said);
            all.push('\n');
        }
        all
    }
}

struct Conversation {
    lines: Lines<BufReader<OwnedReadHalf>>,
    answers: OwnedWriteHalf,
    script: Script,
    tell: mpsc::UnboundedSender<String>,
}

impl Conversation {
    fn new(stream: TcpStream, script: Script, tell: mpsc::UnboundedSender<String>) -> Self {
        let (read, answers) = stream.into_split();
        Self { lines: BufReader::new(read).lines(), answers, script, tell }
    }

    async fn hold(mut self) -> std::io::Result<()> {
        self.answer("CONNECT").await?;
        while let Some(line) = self.lines.next_line().await? {
            let command = line.split(' ').next().unwrap_or_default().to_ascii_uppercase();
            let _ = self.tell.send(line);
            let accepted = self.answer(&command).await?;
            if command == "DATA" && accepted {
                let mail = self.mail().await?;
                let _ = self.tell.send(mail);
                self.answer(".").await?;
            }
        }
        Ok(())
    }

    /// Says whether the answer was a yes.
    async fn answer(&mut self, command: &str) -> std::io::Result<bool> {
        let lines =
            self.script.iter().chain(WILLING).find(|(to, _)| *to == command).map_or("250 fine", |(_, said)| said);
        self.answers.write_all(format!("{lines}\r\n").as_bytes()).await?;
        Ok(lines.starts_with(['2', '3']))
    }

    /// The lines up to the one with a single dot (RFC 5321 §4.5.2).
    async fn mail(&mut self) -> std::io::Result<String> {
        let mut mail = String::new();
        while let Some(line) = self.lines.next_line().await?.filter(|line| line != ".") {
            mail.push_str(line.strip_prefix('.').unwrap_or(&line));
            mail.push_str("\r\n");
        }
        Ok(mail)
    }
}
