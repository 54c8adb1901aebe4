//! HTTPS.

use mainstay_testkit::gateway::{Gateway, on_own_gateways};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use reqwest::{Certificate, Client, Version};
use std::path::Path;
use std::time::{Duration, Instant};

/// Puts a new certificate in place.
fn issue(directory: &Path) {
    let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(names).expect("a certificate");
    // The key first: a certificate without its key is kept back until both are there.
    std::fs::write(directory.join("key.pem"), signing_key.serialize_pem()).expect("written");
    std::fs::write(directory.join("cert.pem"), cert.pem()).expect("written");
}

/// The certificate that is in place.
fn in_place(directory: &Path) -> Certificate {
    let pem = std::fs::read(directory.join("cert.pem")).expect("a certificate");
    Certificate::from_pem(&pem).expect("a certificate")
}

/// A client that trusts this certificate alone.
fn trusting(certificate: &Certificate) -> Client {
    #[expect(clippy::disallowed_methods, reason = "a test calls the gateway as anyone would")]
    let builder = Client::builder();
    let builder = builder.no_proxy().tls_built_in_root_certs(false).add_root_certificate(certificate.clone());
    builder.build().expect("a client")
}

async fn health(client: &Client, gateway: &Gateway) -> Result<reqwest::Response, reqwest::Error> {
    client.get(format!("{}/health", gateway.url())).send().await
}

#[test]
fn https_is_spoken_in_http_2_with_hsts_and_a_new_certificate_is_taken_without_a_restart() {
    let directory = tempfile::tempdir().expect("a directory");
    issue(directory.path());
    let file = |name: &str| directory.path().join(name).display().to_string();
    on_own_gateways(
        |launch| launch.set("TLS_CERT", file("cert.pem")).set("TLS_KEY", file("key.pem")),
        async |gateway: &mut Gateway| {
            let first = in_place(directory.path());
            let client = trusting(&first);
            let answer = health(&client, gateway).await.expect("an answer");
            assert_eq!((answer.status().as_u16(), answer.version()), (200, Version::HTTP_2));
            let hsts = answer.headers().get("strict-transport-security").expect("HSTS");
            assert!(hsts.to_str().is_ok_and(|value| value.starts_with("max-age=63072000")));
            let url = gateway.url().replace("https://", "http://");
            assert!(client.get(format!("{url}/health")).send().await.is_err(), "no plain HTTP on this port");

            issue(directory.path());
            let second = in_place(directory.path());
            let begun = Instant::now();
            while health(&trusting(&second), gateway).await.is_err() {
                assert!(begun.elapsed() < Duration::from_secs(10), "the new certificate is not taken");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            assert!(health(&trusting(&first), gateway).await.is_err(), "the old one is no longer shown");
        },
    );
}
