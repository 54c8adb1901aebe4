//! Domains by HTTPS: real handshakes with certificates that tenants gave.

use crate::domains::own;
use crate::sites::{SITES, make};
use mainstay_testkit::gateway::{Actor as _, Gateway, Launch, free_port, on_own_gateways};
use mainstay_testkit::{TestDns, TestRepository};
use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
use reqwest::{Certificate, Client, Version};
use serde_json::{Value, json};
use std::net::SocketAddr;

fn with_https(launch: Launch) -> Launch {
    launch.set("HOSTING_HTTPS_LISTEN", format!("127.0.0.1:{}", free_port()))
}

/// A certificate, as it is uploaded and as it is trusted.
pub(crate) fn issue(domain: &str) -> (Value, Certificate) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed([domain.to_owned()]).expect("a certificate");
    let upload = json!({ "certificate": cert.pem(), "privateKey": signing_key.serialize_pem() });
    (upload, Certificate::from_pem(cert.pem().as_bytes()).expect("a certificate"))
}

/// A client that finds a domain on this machine, and trusts this certificate alone.
pub(crate) fn trusting(certificate: &Certificate, domain: &str, port: u16) -> reqwest::ClientBuilder {
    #[expect(clippy::disallowed_methods, reason = "a test calls the gateway as anyone would")]
    let builder = Client::builder();
    let builder = builder.no_proxy().tls_built_in_root_certs(false).add_root_certificate(certificate.clone());
    builder.redirect(reqwest::redirect::Policy::none()).resolve(domain, SocketAddr::from(([127, 0, 0, 1], port)))
}

pub(crate) fn port_of(url: &str) -> u16 {
    url.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).expect("a port")
}

#[test]
fn a_domain_is_answered_by_https_with_its_own_certificate_and_plain_http_leads_there() {
    on_own_gateways(with_https, async |gateway: &mut Gateway| {
        let key = gateway.tenant().await.key;
        let site = make(&key, "own", &TestRepository::new(&[("index.html", "one")])).await.text("/id");
        let (domain, path) = own(&key, &site).await;
        let (upload, certificate) = issue(&domain);
        let certified = key.put(&format!("{path}/certificate"), &upload).await.is(200);
        assert_eq!(certified.text("/tls/status"), "ACTIVE");
        assert!(certified.text("/tls/issuer").contains("rcgen") && certified.text("/tls/notAfter").ends_with('Z'));
        for (name, answer) in [("set", &certified), ("list", &key.get(&format!("{SITES}/{site}/domains")).await)] {
            assert!(!String::from_utf8_lossy(&answer.body).contains("PRIVATE KEY"), "{name} shows the key");
        }

        let url = key.get(&format!("{SITES}/{site}")).await.is(200).text("/liveUrl");
        assert!(url.starts_with(&format!("https://{domain}:")), "{url}");
        let client = trusting(&certificate, &domain, port_of(&url)).build().expect("a client");
        let answer = client.get(&url).send().await.expect("a handshake");
        assert_eq!((answer.status().as_u16(), answer.version()), (200, Version::HTTP_2));
        assert_eq!(answer.text().await.expect("a page"), "one");
        let old = trusting(&certificate, &domain, port_of(&url)).http1_only().build().expect("a client");
        assert_eq!(old.get(&url).send().await.expect("a handshake").version(), Version::HTTP_11);

        let plain = gateway.nobody().get("/a/b?c=d").header("host", &domain).await.is(308);
        assert_eq!(plain.header("location"), Some(format!("{url}/a/b?c=d").as_str()));
        let behind = gateway.nobody().get("/").header("host", &domain).header("x-forwarded-proto", "https").await;
        assert_eq!(behind.is(200).body, b"one");

        let (upload, renewed) = issue(&domain);
        let _ = key.put(&format!("{path}/certificate"), &upload).await.is(200);
        let fresh = trusting(&renewed, &domain, port_of(&url)).build().expect("a client");
        assert_eq!(fresh.get(&url).send().await.expect("a handshake").status(), 200);
        let late = trusting(&certificate, &domain, port_of(&url)).build().expect("a client");
        assert!(late.get(&url).send().await.is_err(), "the certificate before is shown no more");

        let _ = key.delete(&format!("{path}/certificate")).await.is(204);
        let late = trusting(&renewed, &domain, port_of(&url)).build().expect("a client");
        assert!(late.get(&url).send().await.is_err(), "there is none to be shown");
        assert_eq!(gateway.nobody().get("/").header("host", &domain).await.is(200).body, b"one");
    });
}

#[test]
fn a_name_that_nobody_has_shown_to_be_theirs_gets_no_handshake() {
    on_own_gateways(with_https, async |gateway: &mut Gateway| {
        let key = gateway.tenant().await.key;
        let site = make(&key, "own", &TestRepository::new(&[("index.html", "one")])).await.text("/id");
        let (domain, path) = own(&key, &site).await;
        let (upload, _) = issue(&domain);
        let _ = key.put(&format!("{path}/certificate"), &upload).await.is(200);
        let port = port_of(&key.get(&format!("{SITES}/{site}")).await.is(200).text("/liveUrl"));
        // Claimed, certified, not shown.
        let claimed = TestDns::fresh_domain();
        let (path, _) = crate::domains::claim(&key, &site, &claimed).await;
        let (upload, of_claim) = issue(&claimed);
        let _ = key.put(&format!("{path}/certificate"), &upload).await.is(200);
        let stranger = TestDns::fresh_domain();
        for name in [&claimed, &stranger] {
            let client = trusting(&of_claim, name, port).build().expect("a client");
            assert!(client.get(format!("https://{name}:{port}/")).send().await.is_err(), "{name}");
        }
    });
}

#[test]
fn a_certificate_that_is_no_good_is_refused_with_the_field_that_is_wrong() {
    on_own_gateways(with_https, async |gateway: &mut Gateway| {
        let key = gateway.tenant().await.key;
        let site = make(&key, "own", &TestRepository::new(&[("index.html", "one")])).await.text("/id");
        let (domain, path) = own(&key, &site).await;
        let path = format!("{path}/certificate");
        let (good, other) = (issue(&domain).0, issue("other.example").0);
        let foreign = KeyPair::generate().expect("a key").serialize_pem();
        let cases = [
            (json!({ "privateKey": good["privateKey"] }), "certificate"),
            (json!({ "certificate": good["certificate"] }), "privateKey"),
            (json!({ "certificate": "x", "privateKey": good["privateKey"] }), "certificate"),
            (json!({ "certificate": 7, "privateKey": good["privateKey"] }), "certificate"),
            (json!({ "certificate": other["certificate"], "privateKey": other["privateKey"] }), "certificate"),
            (json!({ "certificate": good["certificate"], "privateKey": "x" }), "privateKey"),
            (json!({ "certificate": good["certificate"], "privateKey": foreign }), "privateKey"),
        ];
        for (body, field) in cases {
            let refused = key.put(&path, &body).await.is(400);
            assert_eq!(refused.text("/details/0/field"), field, "{refused:?}");
            assert!(!String::from_utf8_lossy(&refused.body).contains("PRIVATE KEY"), "{refused:?}");
        }
        assert_eq!(key.get(&format!("{SITES}/{site}/domains")).await.is(200).text("/0/tls/status"), "NONE");
    });
}
