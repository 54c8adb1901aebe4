//! `/api/auth`: credentials for people.

use futures_util::future::join_all;
use mainstay_testkit::gateway::{Actor as _, fresh_email, on_each_gateway};
use serde_json::json;

const TOKEN: &str = "/api/auth/token/";
const REFRESH: &str = "/api/auth/token/refresh/";
const ME: &str = "/api/auth/me/";

#[test]
fn a_password_buys_a_pair_that_shows_who_it_stands_for() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let (email, password) = (tenant.owner.email.to_uppercase(), tenant.owner.password);
        for name in ["email", "username"] {
            let pair = gateway.nobody().post(TOKEN, &json!({ name: email, "password": password })).await.is(200);
            assert_eq!(pair.fields(""), ["access", "refresh"]);
            assert!(pair.text("/refresh").starts_with("mst_"));
            assert_eq!(pair.text("/access").split('.').count(), 3, "a JWT");
            let me = gateway.nobody().with_credential(&pair.text("/access")).get(ME).await.is(200);
            let fields = ["created_at", "email", "id", "is_owner", "name", "workspace_id", "workspaces"];
            assert_eq!(me.fields(""), fields);
            assert_eq!((me.text("/email"), me.at("/is_owner")), (tenant.owner.email.clone(), json!(false)));
            let seat = json!({ "id": tenant.id, "name": "Tenant", "slug": tenant.slug, "role": "owner" });
            assert_eq!((me.number("/workspace_id"), me.at("/workspaces")), (tenant.id, json!([seat])));
        }
        let owner = gateway.owner().await;
        assert_eq!(owner.get(ME).await.is(200).at("/is_owner"), json!(true));
    });
}

#[test]
fn a_wrong_password_and_an_unknown_address_are_told_alike() {
    on_each_gateway(async |gateway| {
        let person = gateway.person("ada").await;
        let wrong = gateway.nobody().post(TOKEN, &json!({ "email": person.email, "password": "wrong" })).await.is(401);
        let unknown = json!({ "email": "nobody@example.org", "password": person.password });
        let unknown = gateway.nobody().post(TOKEN, &unknown).await.is(401);
        assert_eq!(wrong.fields(""), ["code", "error"]);
        assert_eq!(wrong.text("/code"), "INVALID_CREDENTIALS");
        assert_eq!(wrong.json(), unknown.json());
    });
}

#[test]
fn wrong_fields_are_named_in_the_identity_dialect() {
    on_each_gateway(async |gateway| {
        let nobody = gateway.nobody();
        for (path, body, field) in [
            (TOKEN, json!({ "password": "x" }), "email"),
            (TOKEN, json!({ "email": "a@example.com" }), "password"),
            (TOKEN, json!({ "email": "no address", "password": "x" }), "email"),
            (TOKEN, json!({ "email": 7, "password": "x" }), "email"),
            (REFRESH, json!({}), "refresh"),
            (REFRESH, json!({ "refresh": null }), "refresh"),
        ] {
            let wrong = nobody.post(path, &body).await.is(422);
            assert_eq!(wrong.fields(""), ["errors"]);
            assert_eq!(wrong.fields("/errors/0"), ["field", "message", "rule"]);
            assert_eq!(wrong.text("/errors/0/field"), field, "{body}");
        }
    });
}

#[test]
fn a_refresh_token_that_is_sent_again_at_once_gives_the_same_next_one() {
    on_each_gateway(async |gateway| {
        let (person, nobody) = (gateway.person("ada").await, gateway.nobody());
        let body = json!({ "refresh": person.refresh });
        let tries = (0..6).map(|_| async { nobody.post(REFRESH, &body).await.is(200) });
        let pairs = join_all(tries).await;
        let next = pairs[0].text("/refresh");
        assert_ne!(next, person.refresh);
        for pair in &pairs {
            assert_eq!(
                (pair.fields(""), pair.text("/refresh")),
                (vec!["access".to_owned(), "refresh".to_owned()], next.clone())
            );
            let _ = nobody.with_credential(&pair.text("/access")).get(ME).await.is(200);
        }
        let _ = person.get(ME).await.is(200);
    });
}

#[test]
fn a_refresh_token_that_comes_back_after_its_successor_was_used_ends_the_session() {
    on_each_gateway(async |gateway| {
        let (person, nobody) = (gateway.person("ada").await, gateway.nobody());
        let second = nobody.post(REFRESH, &json!({ "refresh": person.refresh })).await.is(200);
        let third = nobody.post(REFRESH, &json!({ "refresh": second.text("/refresh") })).await.is(200);
        let reused = nobody.post(REFRESH, &json!({ "refresh": person.refresh })).await.is(401);
        assert_eq!(reused.text("/code"), "INVALID_REFRESH_TOKEN");
        let _ = nobody.post(REFRESH, &json!({ "refresh": third.text("/refresh") })).await.is(401);
        for access in [&person.access, &second.text("/access"), &third.text("/access")] {
            let _ = nobody.with_credential(access).get(ME).await.is(401);
            let _ = nobody.with_credential(access).get("/api/v1/me").await.is(401);
        }
    });
}

#[test]
fn tokens_that_nobody_gave_out_are_refused() {
    on_each_gateway(async |gateway| {
        let (person, nobody) = (gateway.person("ada").await, gateway.nobody());
        for refresh in ["", "x", "mst_x", &person.access, &format!("{}x", person.refresh)] {
            let refused = nobody.post(REFRESH, &json!({ "refresh": refresh })).await.is(401);
            assert_eq!(refused.text("/code"), "INVALID_REFRESH_TOKEN");
        }
        let mut parts: Vec<_> = person.access.split('.').collect();
        let unsigned = format!("eyJhbGciOiJub25lIn0.{}.", parts[1]);
        parts[2] = "AAAA";
        for access in [parts.join("."), unsigned, format!("{}.", person.access), person.refresh.clone()] {
            let _ = nobody.with_credential(&access).get(ME).await.is(401);
        }
    });
}

#[test]
fn guessing_passwords_is_slowed_but_locks_nobody_out_of_a_device_they_have_used() {
    on_each_gateway(async |gateway| {
        let (person, home, guesser) = (gateway.person("ada").await, gateway.nobody(), gateway.nobody());
        let right = json!({ "email": person.email, "password": person.password });
        let device = home.post("/auth/login", &right).await.is(200).text("/device_token");
        let guess = json!({ "email": person.email, "password": "guess" });
        let tries = join_all((0..33).map(|_| async { guesser.post(TOKEN, &guess).await })).await;
        let count = |status: u16| tries.iter().filter(|answer| answer.status == status).count();
        assert!((5..=8).contains(&count(401)) && count(401) + count(429) == 33, "{} wrong", count(401));
        let slowed = tries.iter().find(|answer| answer.status == 429).expect("one");
        assert_eq!(slowed.text("/code"), "RATE_LIMITED");
        assert!(slowed.header("retry-after").is_some());
        let _ = guesser.post(TOKEN, &right).await.is(429);
        let _ = gateway.nobody().post(TOKEN, &right).await.is(429);
        let _ = home.post(TOKEN, &right).await.is(200);
        let _ = gateway.nobody().post(TOKEN, &right).header("x-device-token", device).await.is(200);
    });
}

#[test]
fn an_unknown_address_is_slowed_as_a_known_one_is() {
    on_each_gateway(async |gateway| {
        let guess = json!({ "email": fresh_email("nobody"), "password": "guess" });
        let guesser = gateway.nobody();
        for _ in 0..5 {
            let _ = guesser.post(TOKEN, &guess).await.is(401);
        }
        let _ = guesser.post(TOKEN, &guess).await.is(429);
    });
}
