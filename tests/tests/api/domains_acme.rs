//! Certificates from somebody else's certificate authority, by ACME: ordered by themselves, shown in real handshakes.

use crate::domains::own;
use crate::domains_https::{port_of, trusting};
use crate::hooks::once;
use crate::sites::{SITES, make};
use mainstay_testkit::gateway::{Actor as _, Engine, Gateway, Launch, free_port, play};
use mainstay_testkit::{TestDns, TestRepository, witness};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, KeyPair, KeyUsagePurpose, generate_simple_self_signed};
use reqwest::Certificate;
use std::fs;
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// A certificate authority that is not ours. It looks at domains as if the gateway were on port 80.
struct Authority {
    folder: TempDir,
    port: u16,
    process: Option<Child>,
}

impl Authority {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let made = generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate");
        fs::create_dir(folder.path().join("certificates")).expect("a folder");
        fs::write(folder.path().join("server.pem"), made.cert.pem()).expect("written");
        fs::write(folder.path().join("server.key"), made.signing_key.serialize_pem()).expect("written");
        let mut root = CertificateParams::default();
        root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        root.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
        root.distinguished_name.push(DnType::CommonName, "Authority of tests");
        let key = KeyPair::generate().expect("a key");
        fs::write(folder.path().join("ca.pem"), root.self_signed(&key).expect("a root").pem()).expect("written");
        fs::write(folder.path().join("ca.key"), key.serialize_pem()).expect("written");
        Self { folder, port: free_port(), process: None }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn launch(&self, engine: Engine) -> Launch {
        Launch::on(engine)
            .set("HOSTING_ACME_DIRECTORY", format!("https://127.0.0.1:{}/directory", self.port))
            .set("HOSTING_ACME_CA", self.path("server.pem"))
            .set("HOSTING_ACME_EMAIL", "admin@example.com")
            .set("HOSTING_HTTPS_LISTEN", format!("127.0.0.1:{}", free_port()))
    }

    /// Begins to answer, and looks at domains by this gateway.
    async fn start(&mut self, python: &str, gateway: &Gateway) {
        let settings = format!(
            "[DEFAULT]\ndebug: False\ndns_server_list: [\"127.0.0.1\"]\n\
            [CAhandler]\nhandler_module: acme2certifier.cahandlers.openssl_ca_handler\nissuing_ca_key: {}\n\
            issuing_ca_cert: {}\nissuing_ca_crl: {}\ncert_validity_days: 90\ncert_save_path: {}\n[DBhandler]\nhandler: wsgi\ndbfile: {}\n\
            [Challenge]\nchallenge_validation_disable: False\n",
            self.path("ca.key"),
            self.path("ca.pem"),
            self.path("ca.crl"),
            self.path("certificates"),
            self.path("acme.db"),
        );
        fs::write(self.folder.path().join("acme_srv.cfg"), settings).expect("written");
        let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/api/domains_acme/authority.py");
        let log = fs::File::create(self.folder.path().join("log")).expect("a log");
        let process = Command::new(python)
            .arg(script)
            .arg(self.path(""))
            .args([self.port, TestDns::shared().address().port(), port_of(gateway.url())].map(|port| port.to_string()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn();
        self.process = Some(process.expect("the authority starts"));
        for _ in 0..600 {
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the authority does not come up: {}", fs::read_to_string(self.path("log")).unwrap_or_default());
    }

    fn root(&self) -> Certificate {
        Certificate::from_pem(&fs::read(self.path("ca.pem")).expect("a root")).expect("a root")
    }
}

impl Drop for Authority {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

#[test]
fn a_domain_gets_a_certificate_from_somebody_elses_authority_and_one_that_is_away_is_told_of() {
    // The Python that has acme2certifier, where there is one.
    let Ok(python) = std::env::var("MAINSTAY_TEST_ACME_PYTHON") else { return };
    witness("acme");
    play(async {
        for engine in Engine::available() {
            let mut authority = Authority::new();
            let gateway = authority.launch(engine).start().await;
            let key = gateway.tenant().await.key;
            let repository = TestRepository::new(&[("index.html", "one")]);
            let early = make(&key, "early", &repository).await.text("/id");
            own(&key, &early).await;
            let failed = once(&key, &format!("{SITES}/{early}/domains"), "/0/tls/status", "FAILED").await;
            assert_eq!(failed.text("/0/tls/problem"), "The certificate authority does not answer as it should");
            assert_eq!(failed.text("/0/status"), "ACTIVE");

            authority.start(&python, &gateway).await;
            let site = make(&key, "late", &repository).await.text("/id");
            let (domain, _) = own(&key, &site).await;
            let had = once(&key, &format!("{SITES}/{site}/domains"), "/0/tls/status", "ACTIVE").await;
            assert_eq!(
                (had.text("/0/tls/source"), had.text("/0/tls/issuer")),
                ("ACME".into(), "CN=Authority of tests".into())
            );
            let url = key.get(&format!("{SITES}/{site}")).await.is(200).text("/liveUrl");
            let client = trusting(&authority.root(), &domain, port_of(&url)).build().expect("a client");
            let answer = client.get(&url).send().await.expect("a handshake");
            assert_eq!(answer.text().await.expect("a page"), "one");
            // Who asks for what nobody asked for meets the site.
            let place = "/.well-known/acme-challenge/other";
            let _ =
                gateway.nobody().get(place).header("host", &domain).header("x-forwarded-proto", "https").await.is(404);
            gateway.close().await;
        }
    });
}
