//! Credits that Stripe takes payments for. A server of our own stands for Stripe here; `tests/payments.sh` has others'.

use crate::credits::{CREDITS, PURCHASE};
use crate::limits::unix_now;
use futures_util::future::join_all;
use hmac::{Hmac, Mac as _};
use mainstay_testkit::gateway::{Actor as _, Answer, Gateway, Launch, Tenant, on_own_gateways, play};
use mainstay_testkit::{Receiver, Reply};
use serde_json::{Value, json};
use sha2::Sha256;

const HOOK: &str = "/api/credits/webhooks/stripe";
const SECRET: &str = "whsec_of_the_tests";

fn signed(body: &str, at: i64, secret: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any length");
    mac.update(format!("{at}.{body}").as_bytes());
    format!("t={at},v1={}", hex::encode(mac.finalize().into_bytes()))
}

fn event(id: &str, kind: &str, object: &Value) -> String {
    json!({ "id": id, "object": "event", "type": kind, "data": { "object": object } }).to_string()
}

fn session(purchase: &Answer, payment_status: &str) -> Value {
    json!({
        "id": "cs_1",
        "object": "checkout.session",
        "payment_status": payment_status,
        "amount_total": purchase.number("/amount"),
        "currency": purchase.text("/currency"),
        "client_reference_id": purchase.text("/id"),
        "metadata": { "purchase": purchase.text("/id") },
    })
}

async fn tell(gateway: &Gateway, body: &str, signature: &str) -> Answer {
    let call = gateway.nobody().call("POST", HOOK).header("stripe-signature", signature);
    call.body("application/json", body.as_bytes()).await
}

async fn told(gateway: &Gateway, body: &str) -> Answer {
    tell(gateway, body, &signed(body, unix_now(), SECRET)).await.is(200)
}

/// Plays a story with a Stripe that makes sessions, unless it is bidden otherwise.
fn with_stripe(story: impl AsyncFn(&Gateway, &Receiver)) {
    let stripe = play(Receiver::start());
    let made = json!({ "id": "cs_1", "object": "checkout.session", "url": "https://checkout.example/cs_1" });
    stripe.always(Reply::status(200).body(made.to_string()));
    let url = stripe.url("");
    let prepare = |launch: Launch| {
        let launch = launch.set("PAYMENTS", "stripe").set("STRIPE_URL", url.clone());
        launch.set("STRIPE_SECRET_KEY", "sk_test_of_the_tests").set("STRIPE_WEBHOOK_SECRET", SECRET)
    };
    on_own_gateways(prepare, async move |gateway: &mut Gateway| story(gateway, &stripe).await);
}

async fn status(tenant: &Tenant, purchase: &Answer) -> String {
    let path = format!("/api/credits/purchases/{}", purchase.text("/id"));
    tenant.key.get(&path).await.is(200).text("/status")
}

async fn balance(tenant: &Tenant) -> i64 {
    tenant.key.get(CREDITS).await.is(200).number("/balance")
}

async fn begin(tenant: &Tenant, key: &str) -> Answer {
    tenant.key.post(PURCHASE, &json!({ "packageId": "medium", "quantity": 2 })).once(key).await.is(202)
}

#[test]
fn a_purchase_is_paid_where_stripe_says_and_booked_once_however_often_that_is_told() {
    with_stripe(async |gateway, stripe| {
        let tenant = gateway.tenant().await;
        let begun = begin(&tenant, "k1").await;
        assert_eq!((begun.text("/status"), begun.text("/provider")), ("PENDING".into(), "stripe".into()));
        assert_eq!(begun.text("/checkoutUrl"), "https://checkout.example/cs_1");
        let asked = stripe.next().await;
        assert_eq!((asked.method.as_str(), asked.path.as_str()), ("POST", "/v1/checkout/sessions"));
        assert_eq!(asked.header("authorization"), Some("Bearer sk_test_of_the_tests"));
        assert_eq!(asked.header("idempotency-key"), Some(begun.text("/id").as_str()));
        let form = String::from_utf8_lossy(&asked.body).into_owned();
        for part in ["mode=payment", "unit_amount%5D=4500", "quantity%5D=2", "currency%5D=eur"] {
            assert!(form.contains(part), "{part}: {form}");
        }
        assert!(form.contains(&format!("client_reference_id={}", begun.text("/id"))), "{form}");
        let _ = told(gateway, &event("evt_1", "checkout.session.completed", &session(&begun, "unpaid"))).await;
        assert_eq!((status(&tenant, &begun).await, balance(&tenant).await), ("PENDING".into(), 0));
        let paid = event("evt_2", "checkout.session.async_payment_succeeded", &session(&begun, "paid"));
        for outcome in join_all((0..4).map(|_| told(gateway, &paid))).await {
            assert_eq!(outcome.at(""), json!({ "received": true }));
        }
        let again = event("evt_3", "checkout.session.completed", &session(&begun, "paid"));
        let _ = told(gateway, &again).await;
        let _ = told(gateway, &event("evt_4", "checkout.session.expired", &session(&begun, "unpaid"))).await;
        assert_eq!((status(&tenant, &begun).await, balance(&tenant).await), ("COMPLETED".into(), 1050));
    });
}

#[test]
fn what_stripe_did_not_sign_or_signed_long_ago_books_nothing() {
    with_stripe(async |gateway, _| {
        let tenant = gateway.tenant().await;
        let begun = begin(&tenant, "k2").await;
        let paid = event("evt_1", "checkout.session.completed", &session(&begun, "paid"));
        let (old, own) = (signed(&paid, unix_now() - 301, SECRET), signed(&paid, unix_now(), SECRET));
        let forged = signed(&paid, unix_now(), "whsec_of_somebody");
        for signature in ["", "nonsense", "t=1,v1=00", forged.as_str(), old.as_str()] {
            let refused = tell(gateway, &paid, signature).await.is(400);
            assert_eq!(refused.text("/reason"), "SIGNATURE_INVALID", "{signature}");
        }
        let changed = paid.replace("9000", "1");
        let _ = tell(gateway, &changed, &own).await.is(400);
        let _ = gateway.nobody().call("POST", HOOK).body("application/json", paid.as_bytes()).await.is(400);
        let _ = tenant.key.call("POST", HOOK).body("application/json", paid.as_bytes()).await.is(400);
        assert_eq!(balance(&tenant).await, 0);
        let _ = tell(gateway, &paid, &own).await.is(200);
        assert_eq!(balance(&tenant).await, 1050);
    });
}

#[test]
fn another_amount_or_an_unknown_purchase_is_taken_and_books_nothing() {
    with_stripe(async |gateway, _| {
        let tenant = gateway.tenant().await;
        let begun = begin(&tenant, "k3").await;
        let mut less = session(&begun, "paid");
        less["amount_total"] = json!(1);
        let _ = told(gateway, &event("evt_1", "checkout.session.completed", &less)).await;
        assert_eq!(status(&tenant, &begun).await, "PENDING");
        let mut unknown = session(&begun, "paid");
        (unknown["metadata"]["purchase"], unknown["client_reference_id"]) = (json!("cnothing00"), json!("cnothing00"));
        let _ = told(gateway, &event("evt_2", "checkout.session.completed", &unknown)).await;
        for body in ["{}", "[]", "nonsense", ""] {
            let _ = told(gateway, body).await;
        }
        let _ = told(gateway, &event("evt_3", "checkout.session.expired", &session(&begun, "unpaid"))).await;
        assert_eq!((status(&tenant, &begun).await, balance(&tenant).await), ("FAILED".into(), 0));
    });
}

#[test]
fn while_stripe_is_away_nothing_is_begun_and_the_same_may_be_asked_again() {
    with_stripe(async |gateway, stripe| {
        let tenant = gateway.tenant().await;
        let small = json!({ "packageId": "small" });
        for reply in [Reply::status(500), Reply::status(402), Reply::status(200).body("nonsense"), Reply::status(302)] {
            stripe.will(reply);
            let refused = tenant.key.post(PURCHASE, &small).once("k4").await.is(503);
            assert_eq!((refused.text("/error"), refused.header("retry-after")), ("UNAVAILABLE".into(), Some("30")));
            assert!(!String::from_utf8_lossy(&refused.body).contains("Stripe"), "{refused:?}");
        }
        let list = tenant.key.get("/api/credits/purchases").await.is(200);
        assert_eq!((list.header("x-total-count"), list.at("")), (Some("0"), json!([])));
        let _ = tenant.key.post(PURCHASE, &small).once("k4").await.is(202);
    });
}
