//! Who can open a letter.

use crate::house::keyring;
use crate::samples::{CODE, LINK, at, brand, every_kind, letter, needed, notice};
use mainstay_kernel::{Keyring, SystemIds};
use mainstay_mail::{MailCarrier, Mailer as _, Posted, SealedMail, transport};
use mainstay_store::jobs::{Done, Handler as _};
use mainstay_testkit::{CountingIds, ManualClock};
use serde_json::{Value, json};
use std::sync::Arc;

fn carrier(keyring: Arc<Keyring>) -> MailCarrier {
    let way = transport::open("log:").expect("a transport");
    MailCarrier::new(keyring, brand(), way, Arc::new(ManualClock::new()))
}

fn sealed(keyring: Arc<Keyring>) -> Value {
    SealedMail::new(keyring, Arc::new(SystemIds)).job(&letter(notice()), at()).payload
}

#[tokio::test]
async fn a_letter_waits_for_the_key_that_sealed_it() {
    let (ours, others) = (keyring(), keyring());
    let payload = sealed(Arc::clone(&ours));
    assert_eq!(carrier(ours).run(&payload).await, Ok(Done::ForGood));
    let refused = carrier(others).run(&payload).await.expect_err("another key");
    assert_eq!(refused, "the value was sealed with another secret key");
}

#[tokio::test]
async fn a_payload_that_holds_no_letter_is_kept_as_failed() {
    let carrier = carrier(keyring());
    for payload in [Value::Null, json!({}), json!({"sealed": 7}), json!({"sealed": "?"}), json!({"sealed": "AAAA"})] {
        assert!(carrier.run(&payload).await.is_err(), "{payload}");
    }
}

#[tokio::test]
async fn what_was_sealed_for_another_purpose_is_no_letter() {
    use base64::Engine as _;
    let keyring = keyring();
    let plain = serde_json::to_vec(&Posted::new(letter(notice()), &SystemIds, at())).expect("serialised");
    let elsewhere = keyring.seal("something else", &plain, &SystemIds);
    let payload = json!({"sealed": base64::engine::general_purpose::STANDARD.encode(elsewhere)});
    assert!(carrier(keyring).run(&payload).await.is_err());
}

#[test]
fn a_debug_print_of_a_letter_shows_neither_code_nor_link() {
    for content in every_kind() {
        let secret = needed(&content);
        let posted = Posted::new(letter(content), &CountingIds::default(), at());
        let message = mainstay_mail::render(&posted, &brand()).expect("rendered");
        assert!(message.text().contains(&secret));
        for shown in [format!("{posted:?}"), format!("{message:?}")] {
            assert!(!shown.contains(CODE) && !shown.contains(LINK), "{shown}");
        }
    }
}
