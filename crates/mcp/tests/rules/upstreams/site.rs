//! Addresses that say what a test wants.

use super::world::http;
use mainstay_mcp::upstreams::Address;
use serde_json::{Value, json};
use std::io::{self, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// What was asked: the head as it was sent, and the message.
pub(crate) struct Question {
    pub(crate) head: String,
    pub(crate) message: Value,
}

impl Question {
    pub(crate) fn is_get(&self) -> bool {
        self.head.starts_with("GET ")
    }

    /// A result, as JSON.
    pub(crate) fn result(&self, result: &Value) -> String {
        json(200, &json!({"jsonrpc": "2.0", "id": self.message["id"], "result": result}).to_string())
    }

    /// What a server of an older revision says to all that comes before a call.
    pub(crate) fn begun(&self) -> Option<String> {
        let server = json!({"name": "site", "version": "1"});
        let begun = json!({"protocolVersion": "2025-06-18", "capabilities": {"tools": {}}, "serverInfo": server});
        match self.message["method"].as_str() {
            Some("server/discover") => Some(json(400, "{}")),
            Some("initialize") => Some(self.result(&begun)),
            Some("tools/call") => None,
            _ if self.is_get() => Some(status("405 Method Not Allowed", "")),
            _ => Some(status("202 Accepted", "")),
        }
    }
}

pub(crate) fn json(status: u16, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status} S\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
}

/// An answer without a body.
pub(crate) fn status(status: &str, headers: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{headers}content-length: 0\r\nconnection: close\r\n\r\n")
}

/// The head of a stream of events.
pub(crate) const EVENTS: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";

/// An address, and what was asked there.
pub(crate) struct Site {
    pub(crate) address: Address,
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Site {
    /// Begins like a server of an older revision, and answers calls in this way.
    pub(crate) fn calling(
        answer: impl Fn(&Question, &mut TcpStream) -> io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        Self::answering(move |question, stream| match question.begun() {
            Some(begun) => stream.write_all(begun.as_bytes()),
            None => answer(question, stream),
        })
    }

    /// Answers calls with this.
    pub(crate) fn saying(answer: &str) -> Self {
        let answer = answer.to_owned();
        Self::calling(move |_, stream| stream.write_all(answer.as_bytes()))
    }

    /// Answers each question in this way.
    pub(crate) fn answering(
        answer: impl Fn(&Question, &mut TcpStream) -> io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}/mcp", listener.local_addr().expect("an address"));
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let (answer, notes) = (Arc::new(answer), Arc::clone(&asked));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answer, notes) = (Arc::clone(&answer), Arc::clone(&notes));
                // A connection for each question, so that none is asked on one that is about to end.
                thread::spawn(move || -> io::Result<()> {
                    let mut stream = stream;
                    let question = take(&mut stream)?;
                    notes.lock().expect("the notes").push(format!("{}{}", question.head, question.message));
                    answer(&question, &mut stream)
                });
            }
        });
        Self { address: http(&url, &[]), url, asked }
    }

    /// How often it was asked for this.
    pub(crate) fn count(&self, method: &str) -> usize {
        self.asked().iter().filter(|asked| asked.contains(&format!("\"method\":\"{method}\""))).count()
    }

    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("the notes").clone()
    }
}

fn take(stream: &mut TcpStream) -> io::Result<Question> {
    let mut read = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&read);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap_or("0");
            if body.len() >= length.parse().expect("a length") {
                let message = serde_json::from_str(body).unwrap_or(Value::Null);
                return Ok(Question { head: head.to_owned(), message });
            }
        }
        let mut buffer = [0; 4096];
        match stream.read(&mut buffer)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => read.extend_from_slice(&buffer[..count]),
        }
    }
}
