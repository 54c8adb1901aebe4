//! `/api/sites/{id}/domains`: claimed, shown to be one's own, answered at, taken away.

use crate::hooks::once;
use crate::sites::{SITES, make};
use mainstay_testkit::gateway::{Actor, Answer, Gateway, Launch, on_each_gateway, play};
use mainstay_testkit::gateway::{Engine, KeyHolder};
use mainstay_testkit::{TestDns, TestRepository};
use serde_json::json;
use std::time::Duration;

/// What sites of these tests have, and the installation itself has not.
pub(crate) const PAGE: &str = "one.txt";

/// What a visitor of a host sees there.
pub(crate) async fn visit_host(gateway: &Gateway, host: &str) -> Answer {
    gateway.nobody().get(&format!("/{PAGE}")).header("host", host).await
}

/// Claims a domain for a site; gives the path of that.
pub(crate) async fn claim(by: &impl Actor, site: &str, domain: &str) -> (String, Answer) {
    let claimed = by.post(&format!("{SITES}/{site}/domains"), &json!({ "domain": domain })).await.is(201);
    (format!("{SITES}/{site}/domains/{domain}"), claimed)
}

/// Lets name servers show what these claims want shown.
pub(crate) fn show(claims: &[&Answer]) {
    let values: Vec<_> = claims.iter().map(|claim| claim.text("/dns/0/value")).collect();
    let values: Vec<_> = values.iter().map(String::as_str).collect();
    TestDns::shared().tell(&claims[0].text("/dns/0/name"), &values);
}

/// A domain that a site has; gives its name and path.
pub(crate) async fn own(by: &impl Actor, site: &str) -> (String, String) {
    let domain = TestDns::fresh_domain();
    let (path, claimed) = claim(by, site, &domain).await;
    show(&[&claimed]);
    let verified = by.post(&format!("{path}/verify"), &json!({})).await.is(200);
    assert_eq!(verified.text("/status"), "ACTIVE", "{verified:?}");
    (domain, path)
}

/// A site that is live.
async fn live(key: &KeyHolder, name: &str) -> String {
    make(key, name, &TestRepository::new(&[("index.html", ""), (PAGE, "one")])).await.text("/id")
}

#[test]
fn a_newcomer_gives_a_site_a_domain_reads_what_is_missing_writes_the_record_and_opens_it() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant().await.key;
        let (site, domain) = (live(&key, "own").await, TestDns::fresh_domain());
        let (path, claimed) = claim(&key, &site, &domain.to_uppercase()).await;
        let path = path.replace(&domain.to_uppercase(), &domain);
        assert_eq!((claimed.text("/domain"), claimed.text("/status")), (domain.clone(), "PENDING_DNS".into()));
        assert_eq!((claimed.text("/tls/status"), claimed.at("/tls/issuer")), ("NONE".to_owned(), json!(null)));
        let place = format!("_mainstay.{domain}");
        assert_eq!((claimed.text("/dns/0/type"), claimed.text("/dns/0/name")), ("TXT".into(), place.clone()));
        assert_eq!(claimed.text("/dns/1/value"), "own.localhost".replace("own", &label(&key, &site).await));
        // A host that nobody has is the installation's own business.
        let _ = visit_host(gateway, &domain).await.is(404);

        let verify = format!("{path}/verify");
        let looked = key.post(&verify, &json!({})).await.is(200);
        assert_eq!(looked.text("/problem"), format!("There is no TXT record at {place} yet"));
        TestDns::shared().tell(&place, &["mainstay-verification=wrong"]);
        let looked = key.post(&verify, &json!({})).await.is(200);
        assert_eq!(looked.text("/status"), "PENDING_DNS");
        assert_eq!(looked.text("/problem"), format!("The TXT record at {place} holds something else than it should"));
        let _ = visit_host(gateway, &domain).await.is(404);

        show(&[&claimed]);
        let looked = key.post(&verify, &json!({})).await.is(200);
        assert_eq!((looked.text("/status"), looked.at("/problem")), ("ACTIVE".to_owned(), json!(null)));
        assert_eq!(visit_host(gateway, &domain).await.is(200).body, b"one");
        let shown = key.get(&format!("{SITES}/{site}")).await.is(200);
        assert_eq!(shown.text("/domain"), domain);
        let port = gateway.url().rsplit_once(':').expect("a port").1;
        assert_eq!(shown.text("/liveUrl"), format!("http://{domain}:{port}"));
        assert_eq!(key.get(&format!("{SITES}/{site}/domains")).await.is(200).text("/0/status"), "ACTIVE");

        let _ = key.delete(&path).await.is(204);
        let _ = visit_host(gateway, &domain).await.is(404);
        assert_eq!(key.get(&format!("{SITES}/{site}")).await.is(200).at("/domain"), json!(null));
    });
}

/// The first part of a site's own host.
async fn label(key: &KeyHolder, site: &str) -> String {
    let url = key.get(&format!("{SITES}/{site}")).await.is(200).text("/liveUrl");
    url.trim_start_matches("http://").split('.').next().expect("a label").to_owned()
}

#[test]
fn a_record_is_looked_for_by_itself() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant().await.key;
        let site = live(&key, "looked-for").await;
        let (_, claimed) = claim(&key, &site, &TestDns::fresh_domain()).await;
        show(&[&claimed]);
        let _ = once(&key, &format!("{SITES}/{site}/domains"), "/0/status", "ACTIVE").await;
    });
}

#[test]
fn a_domain_that_somebody_has_is_taken_by_nobody_and_a_claim_holds_nobody_up() {
    on_each_gateway(async |gateway| {
        let (here, there) = (gateway.tenant().await.key, gateway.tenant().await.key);
        let (ours, theirs, domain) = (live(&here, "ours").await, live(&there, "theirs").await, TestDns::fresh_domain());
        let (_, squatted) = claim(&there, &theirs, &domain).await;
        let (path, claimed) = claim(&here, &ours, &domain).await;
        show(&[&claimed]);
        let verified = here.post(&format!("{path}/verify"), &json!({})).await.is(200);
        assert_eq!(verified.text("/status"), "ACTIVE");

        show(&[&claimed, &squatted]);
        let refused = there.post(&format!("{SITES}/{theirs}/domains/{domain}/verify"), &json!({})).await.is(200);
        assert_eq!(refused.text("/status"), "PENDING_DNS");
        assert!(refused.text("/problem").contains("must be taken from that first"));
        assert_eq!(there.get(&format!("{SITES}/{theirs}")).await.is(200).at("/domain"), json!(null));

        // Whose it is goes with the site, and comes back with it while nobody else has it.
        let _ = here.delete(&format!("{SITES}/{ours}")).await.is(202);
        let _ = visit_host(gateway, &domain).await.is(404);
        let _ = here.post(&format!("{SITES}/{ours}/restore"), &json!({})).await.is(200);
        assert_eq!(visit_host(gateway, &domain).await.is(200).body, b"one");
        let _ = here.delete(&path).await.is(204);
        let verify = format!("{SITES}/{theirs}/domains/{domain}/verify");
        assert_eq!(there.post(&verify, &json!({})).await.is(200).text("/status"), "ACTIVE");
    });
}

#[test]
fn names_of_any_script_are_one_domain_however_they_are_written() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant().await.key;
        let site = live(&key, "scripts").await;
        let part = TestDns::fresh_domain();
        let (_, claimed) = claim(&key, &site, &format!("Bücher.{part}")).await;
        assert_eq!(claimed.text("/domain"), format!("xn--bcher-kva.{part}"));
        let again = key.post(&format!("{SITES}/{site}/domains"), &json!({ "domain": format!("BÜCHER.{part}") }));
        assert_eq!(again.await.is(409).text("/reason"), "DOMAIN_TAKEN");
        let _ = key.delete(&format!("{SITES}/{site}/domains/b%C3%BCcher.{part}")).await.is(204);
    });
}

#[test]
fn a_domain_is_answered_and_given_up_on_every_node_within_a_second() {
    play(async {
        for engine in Engine::available() {
            let here = Launch::on(engine).start().await;
            if engine == Engine::Sqlite {
                // The file has no other node.
                here.close().await;
                continue;
            }
            let there = here.another_node().await;
            let key = here.tenant().await.key;
            let (domain, path) = own(&key, &live(&key, "nodes").await).await;
            becomes(&there, &domain, 200).await;
            let _ = key.delete(&path).await.is(204);
            becomes(&there, &domain, 404).await;
            there.close().await;
            here.close().await;
        }
    });
}

/// Until a node answers so; a second is what it has, and a slow machine three.
async fn becomes(node: &Gateway, domain: &str, status: u16) {
    for _ in 0..60 {
        let seen = visit_host(node, domain).await.status;
        // Files lie on the disk of whoever built them; that it is this site is what counts.
        if seen == status || (status == 200 && seen == 503) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{domain} does not become {status}");
}
