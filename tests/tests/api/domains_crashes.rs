//! What was answered of domains stands, whenever the gateway dies.

use crate::domains::{PAGE, claim, show, visit_host};
use crate::domains_https::issue;
use crate::sites::{SITES, make};
use mainstay_testkit::gateway::{Actor as _, Gateway, on_own_gateways};
use mainstay_testkit::{TestDns, TestRepository};
use serde_json::json;

async fn restart(gateway: &mut Gateway) {
    gateway.kill();
    gateway.start_again(|launch| launch).await;
}

#[test]
fn what_was_answered_of_a_domain_stands_after_a_kill_right_behind_the_answer() {
    on_own_gateways(
        |launch| launch,
        async |gateway: &mut Gateway| {
            let repository = TestRepository::new(&[("index.html", ""), (PAGE, "one")]);
            let site = make(&gateway.setup_key(), "a", &repository).await.text("/id");
            let (domains, domain) = (format!("{SITES}/{site}/domains"), TestDns::fresh_domain());
            let (path, claimed) = claim(&gateway.setup_key(), &site, &domain).await;
            restart(gateway).await;
            let found = gateway.setup_key().get(&domains).await.is(200);
            assert_eq!((found.text("/0/domain"), found.at("/0/dns")), (domain.clone(), claimed.at("/dns")));
            let _ = visit_host(gateway, &domain).await.is(404);

            show(&[&claimed]);
            let verified = gateway.setup_key().post(&format!("{path}/verify"), &json!({})).await.is(200);
            restart(gateway).await;
            assert_eq!(verified.text("/status"), "ACTIVE");
            assert_eq!(visit_host(gateway, &domain).await.is(200).body, b"one");
            assert_eq!(gateway.setup_key().get(&format!("{SITES}/{site}")).await.is(200).text("/domain"), domain);

            let certified = gateway.setup_key().put(&format!("{path}/certificate"), &issue(&domain).0).await.is(200);
            restart(gateway).await;
            assert_eq!(gateway.setup_key().get(&domains).await.is(200).at("/0/tls"), certified.at("/tls"));
            let _ = gateway.setup_key().delete(&format!("{path}/certificate")).await.is(204);
            restart(gateway).await;
            assert_eq!(gateway.setup_key().get(&domains).await.is(200).text("/0/tls/status"), "NONE");

            let _ = gateway.setup_key().delete(&format!("{SITES}/{site}")).await.is(202);
            restart(gateway).await;
            let _ = visit_host(gateway, &domain).await.is(404);
            let _ = gateway.setup_key().post(&format!("{SITES}/{site}/restore"), &json!({})).await.is(200);
            restart(gateway).await;
            assert_eq!(visit_host(gateway, &domain).await.is(200).body, b"one");

            let _ = gateway.setup_key().delete(&path).await.is(204);
            restart(gateway).await;
            let _ = visit_host(gateway, &domain).await.is(404);
            assert_eq!(gateway.setup_key().get(&domains).await.is(200).json(), json!([]));
        },
    );
}
