//! Letters about what others did.

use crate::hooks::{EVENTS, Hook};
use mainstay_testkit::gateway::{Actor as _, on_each_gateway};
use mainstay_testkit::{Receiver, Reply};
use serde_json::json;

#[test]
fn whoever_is_added_to_a_project_or_handed_one_is_told_by_mail() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let heir = gateway.person("heir").await;
        let made = tenant.owner.post("/projects", &json!({ "name": "Compiler" })).await.is(201);
        let path = |below: &str| format!("/projects/{}/{below}", made.text("/slug"));
        let _ = tenant.owner.post(&path("members"), &json!({ "email": heir.email })).await.is(201);
        let added = gateway.letter_to(&heir.email).await;
        assert!(added.text.contains("Compiler") && added.link().ends_with(&made.text("/slug")), "{added:?}");
        let hand_over = json!({ "new_owner_id": heir.id });
        let _ = tenant.owner.post(&path("transfer-ownership"), &hand_over).await.is(200);
        let received = gateway.letter_to(&heir.email).await;
        assert!(received.text.contains("Compiler") && received.subject != added.subject, "{received:?}");
    });
}

#[test]
fn a_login_from_a_new_device_is_told_by_mail() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let credentials = json!({ "email": ada.email, "password": ada.password });
        let log_in = async |agent: &str| {
            let login = gateway.nobody().post("/auth/login", &credentials).header("user-agent", agent);
            login.await.is(200)
        };
        let _ = log_in("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0").await;
        let told = gateway.letter_to(&ada.email).await;
        assert!(told.text.contains("Firefox on Linux"), "{told:?}");
    });
}

#[test]
fn owners_of_an_endpoint_that_was_turned_off_are_told_by_mail() {
    on_each_gateway(async |gateway| {
        let (tenant, receiver) = (gateway.tenant().await, Receiver::start().await);
        receiver.always(Reply::status(410));
        Hook::make(&tenant.key, &receiver.url("/hook"), &["post.*"]).await;
        let _ = tenant.key.post(EVENTS, &json!({ "type": "post.created", "data": {} })).await.is(202);
        let told = gateway.letter_to(&tenant.owner.email).await;
        assert!(told.text.contains("is gone (410)") && told.subject.contains("turned off"), "{told:?}");
    });
}
