//! Every way in which a request about domains can be wrong, and who may not make one.

use crate::domains::{claim, own};
use crate::sites::SITES;
use mainstay_testkit::TestDns;
use mainstay_testkit::gateway::{Actor as _, KeyHolder, on_each_gateway};
use serde_json::json;

async fn site(key: &KeyHolder, name: &str) -> String {
    let site = json!({ "name": name, "type": "git", "repository": "git.example.com/user/app" });
    key.post(SITES, &site).await.is(201).text("/id")
}

#[test]
fn what_is_no_domain_of_ones_own_is_refused_by_name() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant().await.key;
        let path = format!("{SITES}/{}/domains", site(&key, "wrong").await);
        let wrong = [
            json!(""),
            json!("localhost"),
            json!("127.0.0.1"),
            json!("[::1]"),
            json!("*.example.com"),
            json!("example.com."),
            json!("https://example.com"),
            json!("example.com:80"),
            json!("a b.example"),
            json!("shop.localhost"),
            json!("x".repeat(300)),
            json!("\u{0}.example"),
            json!(7),
            json!(null),
        ];
        for domain in wrong {
            let refused = key.post(&path, &json!({ "domain": domain })).await.is(400);
            assert_eq!(refused.text("/details/0/field"), "domain", "{domain}: {refused:?}");
        }
        assert_eq!(key.post(&path, &json!({})).await.is(400).text("/details/0/field"), "domain");
        for body in ["", "{", "[]", "7"] {
            let _ = key.call("POST", &path).body("application/json", body).await.is(400);
        }
        assert_eq!(key.get(&path).await.is(200).json(), json!([]));
        for count in 0..20 {
            let _ = key.post(&path, &json!({ "domain": format!("d{count}.example") })).await.is(201);
        }
        let many = key.post(&path, &json!({ "domain": "d20.example" })).await.is(400);
        assert_eq!(many.text("/message"), "A site may have up to 20 domains");
        let again = key.post(&path, &json!({ "domain": "d1.example" })).await.is(409);
        assert_eq!((again.text("/error"), again.text("/reason")), ("CONFLICT".into(), "DOMAIN_TAKEN".into()));
    });
}

#[test]
fn a_strangers_domain_is_as_absent_as_one_that_nobody_claimed() {
    on_each_gateway(async |gateway| {
        let (here, there) = (gateway.tenant().await.key, gateway.tenant().await.key);
        let (ours, theirs) = (site(&here, "ours").await, site(&there, "theirs").await);
        let (domain, _) = own(&there, &theirs).await;
        let certificate = json!({ "certificate": "x", "privateKey": "x" });
        let asked = async |site: &str, domain: &str| {
            let path = format!("{SITES}/{site}/domains/{domain}");
            [
                here.post(&format!("{path}/verify"), &json!({})).await.is(404).body,
                here.delete(&path).await.is(404).body,
                here.put(&format!("{path}/certificate"), &certificate).await.is(404).body,
                here.delete(&format!("{path}/certificate")).await.is(404).body,
            ]
        };
        assert_eq!(asked(&theirs, &domain).await, asked("cabsent0000", &domain).await);
        assert_eq!(asked(&theirs, &domain).await, asked(&theirs, "absent.example").await);
        // Of one's own site it is the domain that is not there, whether another has it, nobody has, or it is none.
        let absent = asked(&ours, &domain).await;
        assert_eq!(absent, asked(&ours, "absent.example").await);
        assert_eq!(absent, asked(&ours, "no%20domain").await);
        let mut lists = Vec::new();
        for site in [&theirs, "cabsent0000"] {
            lists.push(here.get(&format!("{SITES}/{site}/domains")).await.is(404).body);
            lists.push(here.post(&format!("{SITES}/{site}/domains"), &json!({ "domain": domain })).await.is(404).body);
        }
        assert!(lists.windows(2).all(|pair| pair[0] == pair[1]), "{lists:?}");
    });
}

#[test]
fn a_site_that_goes_is_given_no_domain() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant().await.key;
        let site = site(&key, "going").await;
        let (path, _) = claim(&key, &site, &TestDns::fresh_domain()).await;
        let _ = key.delete(&format!("{SITES}/{site}")).await.is(202);
        let more = key.post(&format!("{SITES}/{site}/domains"), &json!({ "domain": "more.example" })).await.is(409);
        assert_eq!(more.text("/reason"), "DELETING");
        let refused = key.post(&format!("{path}/verify"), &json!({})).await.is(409);
        assert_eq!(refused.text("/reason"), "DELETING");
    });
}

#[test]
fn name_servers_that_keep_silent_are_told_of() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant().await.key;
        let (site, domain) = (site(&key, "silent").await, TestDns::fresh_domain());
        let (path, claimed) = claim(&key, &site, &domain).await;
        TestDns::shared().keep_silent_of(&claimed.text("/dns/0/name"));
        let looked = key.post(&format!("{path}/verify"), &json!({})).await.is(200);
        assert_eq!(looked.text("/status"), "VERIFYING");
        assert_eq!(looked.text("/problem"), format!("The name servers of {domain} do not answer"));
    });
}
