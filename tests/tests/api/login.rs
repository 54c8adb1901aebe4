//! `/auth/login`, `/auth/logout`, `/auth/token/refresh`, `/auth/sessions`: sessions begin, go on and end.

use crate::sign_up::holder;
use mainstay_testkit::gateway::{Actor as _, Answer, Gateway, Nobody, Person, on_each_gateway};
use serde_json::{Value, json};

async fn enter(nobody: &Nobody, person: &Person) -> Answer {
    nobody.post("/auth/login", &json!({ "email": person.email, "password": person.password })).await.is(200)
}

async fn refresh(gateway: &Gateway, token: &str) -> Answer {
    gateway.nobody().post("/auth/token/refresh", &json!({ "refresh_token": token })).await
}

#[test]
fn a_login_gives_an_opaque_pair_and_the_person() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let opened = enter(&gateway.nobody(), &ada).await;
        assert_eq!(opened.fields(""), ["device_token", "expires_in", "refresh_token", "token", "type", "user"]);
        assert_eq!(opened.at("/user"), json!({ "id": ada.id, "email": ada.email, "displayName": "ada" }));
        assert_eq!(opened.header("cache-control"), Some("no-store"));
        let me = holder(gateway, &opened).get("/auth/me").await.is(200);
        assert_eq!(me.text("/id"), ada.id);
        let _ = holder(gateway, &opened).get("/api/v1/me").await.is(200);
    });
}

#[test]
fn a_wrong_password_and_an_unknown_address_are_told_alike() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let attempt = |email: &str, password: &str| json!({ "email": email, "password": password });
        let wrong = gateway.nobody().post("/auth/login", &attempt(&ada.email, "wrong")).await.is(401);
        let unknown = attempt("nobody@example.org", ada.password);
        let unknown = gateway.nobody().post("/auth/login", &unknown).await.is(401);
        assert_eq!(wrong.text("/code"), "INVALID_CREDENTIALS");
        assert_eq!(wrong.json(), unknown.json());
    });
}

#[test]
fn a_refresh_gives_the_next_pair_and_voids_the_token_before() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let first = enter(&gateway.nobody(), &ada).await;
        let next = refresh(gateway, &first.text("/refresh_token")).await.is(200);
        assert_eq!(next.fields(""), ["expires_in", "refresh_token", "token", "type"]);
        assert_ne!(next.text("/refresh_token"), first.text("/refresh_token"));
        let _ = holder(gateway, &next).get("/auth/me").await.is(200);
        assert_eq!(holder(gateway, &first).get("/auth/me").await.is(401).text("/code"), "UNAUTHORIZED");
        let retried = refresh(gateway, &first.text("/refresh_token")).await.is(200);
        assert_eq!(retried.text("/token"), next.text("/token"), "a retry gives the same successor");
        let forged = refresh(gateway, "mst_nonsense").await.is(401);
        assert_eq!(forged.text("/code"), "INVALID_REFRESH_TOKEN");
    });
}

#[test]
fn logging_out_ends_the_session_in_every_form() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let opened = enter(&gateway.nobody(), &ada).await;
        let jwt = json!({ "refresh": opened.text("/refresh_token") });
        let pair = gateway.nobody().post("/api/auth/token/refresh/", &jwt).await.is(200);
        let jwt_holder = gateway.nobody().with_credential(&pair.text("/access"));
        let done = jwt_holder.post("/auth/logout", &json!({})).await.is(200);
        assert_eq!(done.json(), json!({ "message": "Logged out successfully" }));
        let _ = jwt_holder.get("/auth/me").await.is(401);
        let _ = jwt_holder.post("/auth/logout", &json!({})).await.is(401);
        let _ = refresh(gateway, &pair.text("/refresh")).await.is(401);
        let _ = ada.get("/auth/me").await.is(200);
    });
}

#[test]
fn people_see_their_sessions_and_end_them() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let phone = gateway.nobody();
        let credentials = json!({ "email": ada.email, "password": ada.password });
        let phone_in = phone.post("/auth/login", &credentials).header("user-agent", "Phone/1").await.is(200);
        let laptop = holder(gateway, &enter(&gateway.nobody(), &ada).await);
        let list = laptop.get("/auth/sessions").await.is(200).json();
        let rows = list.as_array().expect("a bare array");
        assert_eq!(rows.len(), 3);
        let find = |wanted: &dyn Fn(&Value) -> bool| rows.iter().find(|row| wanted(row)).cloned();
        let of_phone = find(&|row| row["userAgent"] == "Phone/1").expect("the phone");
        let address = phone.headers().remove(0).1;
        assert_eq!(of_phone["device"], "Phone");
        assert_eq!((of_phone["address"].clone(), &of_phone["isCurrent"]), (json!(address), &json!(false)));
        let id = of_phone["id"].as_str().expect("an id");
        let _ = laptop.delete(&format!("/auth/sessions/{id}")).await.is(200);
        let _ = holder(gateway, &phone_in).get("/auth/me").await.is(401);
        let gone = laptop.delete(&format!("/auth/sessions/{id}")).await.is(404);
        assert_eq!(gone.text("/code"), "SESSION_NOT_FOUND");
        let eve = gateway.person("eve").await;
        let current = find(&|row| row["isCurrent"] == true).expect("the one that asks");
        let _ = eve.delete(&format!("/auth/sessions/{}", current["id"].as_str().expect("an id"))).await.is(404);
        let _ = laptop.delete("/auth/sessions").await.is(200);
        let _ = ada.get("/auth/me").await.is(401);
        assert_eq!(laptop.get("/auth/sessions").await.is(200).json().as_array().map(Vec::len), Some(1));
    });
}

#[test]
fn the_last_use_of_a_session_shows_in_the_list_though_it_was_not_refreshed() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let phone = holder(gateway, &enter(&gateway.nobody(), &ada).await);
        let own = async || {
            let list = phone.get("/auth/sessions").await.is(200).json();
            let own = list.as_array().expect("a bare array").iter().find(|row| row["isCurrent"] == true).cloned();
            own.expect("the one that asks")
        };
        // The list itself is asked for with the session. Uses are told to the second: one of the next second must come.
        let began = own().await["createdAt"].as_str().expect("an instant").to_owned();
        for _ in 0..120 {
            let row = own().await;
            if row["lastUsedAt"].as_str().expect("an instant") > &*began {
                assert_eq!(row["createdAt"], json!(began));
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        panic!("the use did not show within 12 seconds");
    });
}

#[test]
fn a_key_does_not_touch_what_keeps_an_account_safe() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant().await.key;
        let _ = key.get("/auth/me").await.is(200);
        for (method, path) in [
            ("POST", "/auth/logout"),
            ("GET", "/auth/sessions"),
            ("DELETE", "/auth/sessions"),
            ("GET", "/auth/emails/"),
            ("POST", "/auth/emails/"),
            ("POST", "/auth/password/change"),
        ] {
            let refused = key.call(method, path).json(&json!({})).await.is(403);
            assert_eq!(refused.text("/code"), "SESSION_REQUIRED", "{method} {path}");
        }
    });
}
