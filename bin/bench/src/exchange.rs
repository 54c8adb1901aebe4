//! One request after the other on a connection that is kept.

use crate::request::Request;
use crate::response::{self, Head};
use anyhow::{Context as _, ensure};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};

/// How long an answer may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A keep-alive connection.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// An answer in the buffer of its connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Received<'a> {
    /// The status code.
    pub(crate) status: u16,
    /// The body.
    pub(crate) body: &'a [u8],
    head: &'a [u8],
}

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The status code.
    pub(crate) status: u16,
    /// `Content-Type`, empty when absent.
    pub(crate) content_type: String,
    /// The body.
    pub(crate) body: Vec<u8>,
    /// The code of a provider of OAuth, where it holds one.
    pub(crate) code: Option<String>,
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// When nobody listens there.
    pub(crate) async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await.with_context(|| format!("no connection to {address}"))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(32 * 1024) })
    }

    /// Sends the request, and before it what is to be asked first, and waits for the whole answer.
    ///
    /// # Errors
    /// When the connection breaks, the server does not speak HTTP/1.1, or what is asked first gives no code.
    pub(crate) async fn exchange(&mut self, request: &mut Request) -> anyhow::Result<Received<'_>> {
        if let Some(first) = request.first() {
            let received = self.answer_to(first.next()).await?;
            request.carry(received.code().with_context(|| format!("no code came: {}", received.excerpt()))?)?;
        }
        self.answer_to(request.next()).await
    }

    /// Sends these bytes and waits for the whole answer.
    ///
    /// # Errors
    /// When the connection breaks or the server does not speak HTTP/1.1.
    pub(crate) async fn answer_to(&mut self, request: &[u8]) -> anyhow::Result<Received<'_>> {
        self.stream.write_all(request).await?;
        let head = self.receive().await?;
        let (start, body) = self.buffer.split_at(head.length);
        Ok(Received { status: head.status, body, head: start })
    }

    async fn receive(&mut self) -> anyhow::Result<Head> {
        self.buffer.clear();
        loop {
            let read = self.stream.read_buf(&mut self.buffer).await?;
            ensure!(read > 0, "the server closed a connection before its answer was whole");
            if let Some(head) = response::head(&self.buffer)?
                && self.buffer.len() >= head.length + head.body
            {
                return Ok(head);
            }
        }
    }
}

impl Received<'_> {
    /// Whether the status is one of success (RFC 9110 section 15.3).
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether the connection ends behind the answer (RFC 9112 section 9.6).
    pub(crate) fn is_last(&self) -> bool {
        response::header(self.head, "connection").is_some_and(|value| value.eq_ignore_ascii_case("close"))
    }

    /// The code that a provider of OAuth sends a person back with (RFC 6749 section 4.1.2): by a redirect, or in JSON for
    /// a page that goes there by itself. Codes need no escapes in either.
    pub(crate) fn code(&self) -> Option<&str> {
        let sent_to = self.location().or_else(|| std::str::from_utf8(self.body).ok())?;
        sent_to.split(['?', '&', '"']).find_map(|part| part.strip_prefix("code="))
    }

    /// The status, and where the answer leads or how it begins, for whoever has to find out what went wrong.
    pub(crate) fn excerpt(&self) -> String {
        let body = String::from_utf8_lossy(self.body);
        let text: String = self.location().unwrap_or(&body).chars().take(200).collect();
        format!("{} {text}", self.status)
    }

    fn location(&self) -> Option<&str> {
        response::header(self.head, "location")
    }
}

impl From<Received<'_>> for Answer {
    fn from(received: Received<'_>) -> Self {
        let content_type = response::header(received.head, "content-type").unwrap_or_default().to_owned();
        let code = received.code().map(str::to_owned);
        Self { status: received.status, content_type, body: received.body.to_owned(), code }
    }
}

/// Sends one request on a connection of its own, and lets it learn from a success.
///
/// # Errors
/// When the server is not there or does not speak HTTP/1.1, or the request learns nothing.
pub(crate) fn ask(address: SocketAddr, request: &mut Request) -> anyhow::Result<Answer> {
    let exchange = async {
        let mut connection = Connection::open(address).await?;
        let received = connection.exchange(request).await?;
        if received.is_success() {
            request.learn(received.body)?;
        }
        Ok(received.into())
    };
    let limited = async { tokio::time::timeout(PATIENCE, exchange).await };
    runtime()?.block_on(limited).context("the server did not answer")?
}

/// What drives connections on the calling thread.
///
/// # Errors
/// When the system refuses.
pub(crate) fn runtime() -> std::io::Result<Runtime> {
    Builder::new_current_thread().enable_all().build()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;
    use std::thread;

    /// Answers every request on every connection with `answer`, in threads that end with their connections.
    pub(crate) fn answering(answer: &'static [u8]) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                thread::spawn(move || {
                    let mut buffer = [0; 4096];
                    while stream.read(&mut buffer).is_ok_and(|read| read > 0) && stream.write_all(answer).is_ok() {}
                });
            }
        });
        address
    }

    #[test]
    fn one_answer_is_given_whole() {
        let address = answering(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok");
        let answer = ask(address, &mut Request::get("/", None)).expect("an answer");
        assert_eq!(
            (answer.status, answer.content_type.as_str(), answer.body.as_slice()),
            (200, "text/plain", &b"ok"[..])
        );
    }

    #[test]
    fn an_answer_tells_whether_another_may_follow() {
        let last = |head| Received { status: 200, body: b"", head }.is_last();
        assert!(last(&b"HTTP/1.1 200 OK\r\nConnection: Close\r\n"[..]));
        assert!(!last(b"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n") && !last(b"HTTP/1.1 200 OK\r\n"));
    }

    #[test]
    fn a_code_is_found_in_a_redirect_and_in_json() {
        let redirect = b"HTTP/1.1 303 See Other\r\nLocation: https://a.example/b?code=c-1_2&state=s\r\n";
        let json = br#"{"redirect_url":"https://a.example/b?state=s&code=c-1_2"}"#;
        let refusal = b"HTTP/1.1 302 Found\r\nLocation: https://a.example/b?error=invalid_scope&error_code=7\r\n";
        let code = |head, body| Received { status: 200, body, head }.code().map(str::to_owned);
        for (head, body, expected) in [
            (&redirect[..], &b"code=other"[..], Some("c-1_2")),
            (b"HTTP/1.1 200 OK\r\n", json, Some("c-1_2")),
            (refusal, b"", None),
        ] {
            assert_eq!(code(head, body).as_deref(), expected);
        }
    }

    #[test]
    fn what_is_asked_first_gives_the_code_that_is_sent() {
        let code = answering(b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n\"/?code=bbb&c\"");
        let request = || Request::form_with_code("/token", "code=aaa", "aaa", Request::get("/authorize", None));
        let mut journey = request();
        assert_eq!(ask(code, &mut journey).expect("an answer").status, 200);
        assert!(journey.next().ends_with(b"\r\n\r\ncode=bbb"));
        let refusal = answering(b"HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n");
        let error = ask(refusal, &mut request()).expect_err("no code").to_string();
        assert_eq!(error, "no code came: 302 /login");
    }

    #[test]
    fn only_a_success_is_learned_from() {
        let mut request = Request::post_again("/", "next", "aaa");
        let refusal = answering(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 14\r\n\r\n{\"next\":\"bbb\"}");
        assert_eq!(ask(refusal, &mut request).expect("an answer").status, 401);
        assert!(request.next().ends_with(br#"{"next": "aaa"}"#));
        let success = answering(b"HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{\"next\":\"ccc\"}");
        assert_eq!(ask(success, &mut request).expect("an answer").status, 200);
        assert!(request.next().ends_with(br#"{"next": "ccc"}"#));
    }
}
