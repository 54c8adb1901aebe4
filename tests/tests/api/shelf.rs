//! Where clients of the tests keep their documents: a server of this machine.

use serde_json::Value;
use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// Documents by their paths, and how often any was asked for.
pub(crate) struct Shelf {
    address: SocketAddr,
    kept: Arc<Mutex<Kept>>,
}

#[derive(Default)]
struct Kept {
    documents: HashMap<String, String>,
    fetches: usize,
}

impl Shelf {
    pub(crate) fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let (address, kept) = (listener.local_addr().expect("an address"), Arc::<Mutex<Kept>>::default());
        let serving = Arc::clone(&kept);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                answer(stream, &serving);
            }
        });
        Self { address, kept }
    }

    /// The URL of a path.
    pub(crate) fn address(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn put(&self, path: &str, document: &Value) {
        self.kept.lock().expect("the shelf").documents.insert(path.to_owned(), document.to_string());
    }

    pub(crate) fn fetches(&self) -> usize {
        self.kept.lock().expect("the shelf").fetches
    }
}

fn answer(mut stream: TcpStream, kept: &Mutex<Kept>) {
    let mut lines = BufReader::new(&stream).lines().map_while(Result::ok).take_while(|line| !line.is_empty());
    let asked = lines.next().unwrap_or_default();
    lines.for_each(drop);
    let path = asked.split(' ').nth(1).unwrap_or_default();
    let mut kept = kept.lock().expect("the shelf");
    kept.fetches += 1;
    let (status, body) = match kept.documents.get(path) {
        Some(document) => ("200 OK", document.as_str()),
        None => ("404 Not Found", "{}"),
    };
    let head = format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n", body.len());
    // Whoever hung up gets nothing.
    let _ = write!(stream, "{head}connection: close\r\n\r\n{body}");
}
