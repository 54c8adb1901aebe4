//! Servers that say what a test wants.

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::{RootCertStore, ServerConfig};
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// Handles every connection alike, and keeps what it was asked.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    connections: Arc<AtomicUsize>,
}

/// What a server was asked.
type Notes = Mutex<Vec<String>>;

impl Server {
    /// Takes a question, says this and hangs up.
    pub(crate) fn saying(answer: &str) -> Self {
        let answer = answer.to_owned();
        Self::answering(move |stream| stream.write_all(answer.as_bytes()))
    }

    /// Takes a question, answers it in this way and hangs up.
    pub(crate) fn answering(answer: impl Fn(&mut TcpStream) -> io::Result<()> + Send + Sync + 'static) -> Self {
        Self::handling(move |mut stream, notes| {
            take(&mut stream, notes)?;
            answer(&mut stream)
        })
    }

    /// Says this to one question after the other.
    pub(crate) fn staying(answer: &str) -> Self {
        let answer = answer.to_owned();
        Self::handling(move |mut stream, notes| {
            loop {
                take(&mut stream, notes)?;
                stream.write_all(answer.as_bytes())?;
            }
        })
    }

    /// Proves its name by a certificate of its own, which the test may believe.
    pub(crate) fn proving(name: &str, answer: &str) -> (Self, RootCertStore) {
        let (config, roots) = certified(name);
        let (config, answer) = (Arc::new(config), answer.to_owned());
        let server = Self::handling(move |stream, notes| {
            let connection = rustls::ServerConnection::new(Arc::clone(&config)).expect("a connection");
            let mut stream = rustls::StreamOwned::new(connection, stream);
            take(&mut stream, notes)?;
            stream.write_all(answer.as_bytes())?;
            stream.flush()
        });
        (server, roots)
    }

    /// Does this with every connection, each on a thread of its own.
    pub(crate) fn handling(handle: impl Fn(TcpStream, &Notes) -> io::Result<()> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let (asked, connections) = (Arc::<Notes>::default(), Arc::<AtomicUsize>::default());
        let (handle, notes, count) = (Arc::new(handle), Arc::clone(&asked), Arc::clone(&connections));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                count.fetch_add(1, Ordering::SeqCst);
                let (handle, notes) = (Arc::clone(&handle), Arc::clone(&notes));
                // A client that hangs up is what many tests are about.
                thread::spawn(move || drop(handle(stream, &notes)));
            }
        });
        Self { address, asked, connections }
    }

    /// What it was asked so far.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("the notes").clone()
    }

    /// How many connections were made to it so far.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// Reads a question with its body and notes it.
fn take(stream: &mut impl Read, notes: &Notes) -> io::Result<()> {
    let mut question = Vec::new();
    while !is_whole(&String::from_utf8_lossy(&question)) {
        let mut buffer = [0; 1024];
        match stream.read(&mut buffer)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => question.extend_from_slice(&buffer[..count]),
        }
    }
    notes.lock().expect("the notes").push(String::from_utf8_lossy(&question).into_owned());
    Ok(())
}

fn is_whole(question: &str) -> bool {
    let Some((head, body)) = question.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap_or("0");
    body.len() >= length.parse().expect("a length")
}

/// A certificate that vouches for itself, and what believes it.
fn certified(name: &str) -> (ServerConfig, RootCertStore) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed([name.to_owned()]).expect("a certificate");
    let mut roots = RootCertStore::empty();
    roots.add(cert.der().clone()).expect("a root");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let versions = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let key = signing_key.serialize_der().try_into().expect("a key");
    let config = versions.expect("versions").with_no_client_auth().with_single_cert(vec![cert.der().clone()], key);
    (config.expect("a configuration"), roots)
}
