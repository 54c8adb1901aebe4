//! A server that says what a test wants, and names that lead where a test wants.

use async_trait::async_trait;
use mainstay_outbound::{Guarded, Names, Reach};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::RootCertStore;
use std::io::{self, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// Answers every connection with the same bytes, and keeps what it was asked.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(crate) fn saying(answer: &str) -> Self {
        Self::handling(answer, talk)
    }

    /// One that proves its name by a certificate of its own, which the test may believe.
    pub(crate) fn proving(name: &str, answer: &str) -> (Self, RootCertStore) {
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed([name.to_owned()]).expect("a certificate");
        let mut roots = RootCertStore::empty();
        roots.add(cert.der().clone()).expect("a root");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let versions = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let key = signing_key.serialize_der().try_into().expect("a key");
        let config = versions.expect("versions").with_no_client_auth().with_single_cert(vec![cert.der().clone()], key);
        let config = Arc::new(config.expect("a configuration"));
        let server = Self::handling(answer, move |stream, answer| {
            let connection = rustls::ServerConnection::new(Arc::clone(&config)).expect("a connection");
            talk(rustls::StreamOwned::new(connection, stream), answer)
        });
        (server, roots)
    }

    fn handling(answer: &str, handle: impl Fn(TcpStream, &str) -> Option<String> + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let (asked, answer) = (Arc::new(Mutex::new(Vec::new())), answer.to_owned());
        let notes = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if let Some(question) = handle(stream, &answer) {
                    notes.lock().expect("the notes").push(question);
                }
            }
        });
        Self { address, asked }
    }

    /// What it was asked so far.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("the notes").clone()
    }
}

/// Reads a head, says the answer and hangs up.
fn talk(mut stream: impl Read + Write, answer: &str) -> Option<String> {
    let mut head = Vec::new();
    while !head.windows(4).any(|four| four == b"\r\n\r\n") {
        let mut buffer = [0; 1024];
        match stream.read(&mut buffer).ok()? {
            0 => return None,
            count => head.extend_from_slice(&buffer[..count]),
        }
    }
    let question = String::from_utf8_lossy(&head).into_owned();
    stream.write_all(answer.as_bytes()).ok()?;
    stream.flush().ok()?;
    Some(question)
}

/// Every name has these addresses.
pub(crate) struct AllLeadTo(pub(crate) Vec<IpAddr>);

#[async_trait]
impl Names for AllLeadTo {
    async fn addresses(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        Ok(self.0.clone())
    }
}

/// Leads to this machine when it is asked first, and elsewhere later.
#[derive(Default)]
pub(crate) struct Turncoat(pub(crate) AtomicUsize);

#[async_trait]
impl Names for Turncoat {
    async fn addresses(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        let last = if self.0.fetch_add(1, Ordering::SeqCst) == 0 { 1 } else { 77 };
        Ok(vec![IpAddr::from([127, 0, 0, last])])
    }
}

/// A client whose names lead to these addresses.
pub(crate) fn client(reach: Reach, roots: RootCertStore, addresses: &[&str]) -> Guarded {
    let addresses = addresses.iter().map(|text| text.parse().expect("an address")).collect();
    Guarded::with(reach, roots, Arc::new(AllLeadTo(addresses))).expect("a client")
}
