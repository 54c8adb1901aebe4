//! Real handshakes, in memory, with certificates made on the spot.

use super::reload::Look;
use super::*;
use rcgen::generate_simple_self_signed;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, ProtocolVersion, RootCertStore, ServerConnection};
use rustls::{SupportedProtocolVersion, version};
use std::fs;
use tempfile::TempDir;

/// A certificate on disk.
struct Disk {
    files: TlsFiles,
    _directory: TempDir,
}

impl Disk {
    fn new() -> (Self, CertificateDer<'static>) {
        let directory = tempfile::tempdir().expect("a directory");
        let files = TlsFiles { cert: directory.path().join("cert.pem"), key: directory.path().join("key.pem") };
        let disk = Self { files, _directory: directory };
        let cert = disk.issue();
        (disk, cert)
    }

    /// Puts a new certificate and key in place.
    fn issue(&self) -> CertificateDer<'static> {
        let made = generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        fs::write(&self.files.cert, made.cert.pem()).expect("written");
        fs::write(&self.files.key, made.signing_key.serialize_pem()).expect("written");
        made.cert.der().clone()
    }

    fn start(&self) -> (Arc<ServerConfig>, Reloader) {
        let (current, reloader) = Reloader::start(self.files.clone(), provider()).expect("started");
        (Arc::new(config(current)), reloader)
    }
}

/// Shakes hands as a client that trusts `trusted` alone and offers `protocols` over `version`.
fn handshake(
    server: &Arc<ServerConfig>,
    trusted: &CertificateDer<'static>,
    version: &'static SupportedProtocolVersion,
    protocols: &[&[u8]],
) -> Result<ServerConnection, rustls::Error> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone())?;
    let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
    let mut client = builder.with_protocol_versions(&[version])?.with_root_certificates(roots).with_no_client_auth();
    client.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    let name = ServerName::try_from("localhost").expect("a name");
    let mut client = ClientConnection::new(Arc::new(client), name)?;
    let mut server = ServerConnection::new(Arc::clone(server))?;
    while client.is_handshaking() || server.is_handshaking() {
        let mut wire = Vec::new();
        client.write_tls(&mut wire).expect("memory");
        server.read_tls(&mut wire.as_slice()).expect("memory");
        server.process_new_packets()?;
        let mut wire = Vec::new();
        server.write_tls(&mut wire).expect("memory");
        client.read_tls(&mut wire.as_slice()).expect("memory");
        client.process_new_packets()?;
    }
    Ok(server)
}

fn trusts(server: &Arc<ServerConfig>, cert: &CertificateDer<'static>) -> bool {
    handshake(server, cert, &version::TLS13, &[]).is_ok()
}

#[test]
fn both_versions_are_spoken_and_http_2_is_preferred() {
    let (disk, cert) = Disk::new();
    let (server, _reloader) = disk.start();
    for (version, expected) in
        [(&version::TLS13, ProtocolVersion::TLSv1_3), (&version::TLS12, ProtocolVersion::TLSv1_2)]
    {
        let connection = handshake(&server, &cert, version, &[b"http/1.1", b"h2"]).expect("a handshake");
        assert_eq!(connection.protocol_version(), Some(expected));
        assert_eq!(connection.alpn_protocol(), Some(b"h2".as_slice()));
    }
    let connection = handshake(&server, &cert, &version::TLS13, &[b"http/1.1"]).expect("a handshake");
    assert_eq!(connection.alpn_protocol(), Some(b"http/1.1".as_slice()));
}

#[test]
fn a_renewed_certificate_is_used_by_the_next_handshake() {
    let (disk, old) = Disk::new();
    let (server, mut reloader) = disk.start();
    assert!(matches!(reloader.look(), Look::Same));
    let new = disk.issue();
    assert!(trusts(&server, &old) && !trusts(&server, &new));
    assert!(matches!(reloader.look(), Look::Replaced));
    assert!(trusts(&server, &new) && !trusts(&server, &old));
}

#[test]
fn a_broken_renewal_keeps_the_old_certificate_and_is_told_once() {
    let (disk, cert) = Disk::new();
    let (server, mut reloader) = disk.start();
    let old_key = fs::read(&disk.files.key).expect("read");
    disk.issue();
    fs::write(&disk.files.key, &old_key).expect("written");
    assert!(matches!(reloader.look(), Look::Kept(CertificateError::Mismatch(..))), "the key is the old one's");
    assert!(matches!(reloader.look(), Look::Same));
    fs::write(&disk.files.cert, "no certificate").expect("written");
    assert!(matches!(reloader.look(), Look::Kept(CertificateError::Chain(..))));
    fs::write(&disk.files.key, "no key").expect("written");
    assert!(matches!(reloader.look(), Look::Kept(CertificateError::Chain(..))));
    fs::remove_file(&disk.files.cert).expect("removed");
    assert!(matches!(reloader.look(), Look::Kept(CertificateError::Unreadable(..))));
    assert!(matches!(reloader.look(), Look::Same));
    assert!(trusts(&server, &cert), "the old certificate is still in use");
    let repaired = disk.issue();
    assert!(matches!(reloader.look(), Look::Replaced));
    assert!(trusts(&server, &repaired));
}

#[test]
fn a_start_without_a_usable_certificate_says_which_file_is_wrong() {
    let (disk, _) = Disk::new();
    fs::write(&disk.files.key, "no key").expect("written");
    let problem = own(disk.files.clone()).err().expect("a refusal").to_string();
    assert!(problem.contains("key.pem holds no private key in PEM"), "{problem}");
    fs::remove_file(&disk.files.cert).expect("removed");
    let problem = own(disk.files.clone()).err().expect("a refusal").to_string();
    assert!(problem.contains("cert.pem cannot be read"), "{problem}");
}

#[test]
fn the_watch_ends_when_it_is_dropped() {
    let (disk, _) = Disk::new();
    let (current, watch) = own(disk.files.clone()).expect("started");
    let resolver = Arc::downgrade(&current);
    drop(current);
    assert!(resolver.upgrade().is_some(), "the watch still renews it");
    drop(watch);
    while resolver.upgrade().is_some() {
        std::thread::yield_now();
    }
}
