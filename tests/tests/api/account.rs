//! `/auth/me`, `/auth/profile`, `/auth/emails`, `/auth/password`: a person's own account.

use crate::sign_up::{PASSWORD, holder};
use mainstay_testkit::gateway::{Actor as _, fresh_email, on_each_gateway};
use serde_json::json;

#[test]
fn a_profile_shows_all_that_a_person_is() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let me = ada.get("/auth/me").await.is(200);
        let fields = [
            "createdAt",
            "displayName",
            "email",
            "emailVerified",
            "emails",
            "givenNames",
            "id",
            "name",
            "nativeScript",
            "preferredOrder",
            "surname",
            "totpEnabled",
            "updatedAt",
            "username",
        ];
        assert_eq!(me.fields(""), fields);
        assert_eq!(me.fields("/emails/0"), ["email", "id", "isDefault", "isVerified"]);
        assert_eq!((me.at("/emailVerified"), me.at("/totpEnabled")), (json!(true), json!(false)));
        let created = me.text("/createdAt");
        assert!(created.len() == 24 && created.ends_with('Z'), "milliseconds: {created}");
    });
}

#[test]
fn a_profile_changes_by_what_is_sent_and_null_clears() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let username = format!("ada_{}", &ada.id.replace('-', "")[20..]);
        let change = json!({
            "surname": " Lovelace ", "givenNames": "Ada", "nativeScript": "エイダ", "preferredOrder": "eastern",
            "username": username, "name": "ignored", "email": "ignored@example.com",
        });
        let changed = ada.patch("/auth/profile", &change).await.is(200);
        assert_eq!(changed.text("/name"), "Lovelace Ada");
        assert_eq!((changed.text("/surname"), changed.text("/username")), ("Lovelace".into(), username.clone()));
        let cleared = ada.patch("/auth/profile", &json!({ "preferredOrder": null, "username": null })).await.is(200);
        assert_eq!((cleared.at("/preferredOrder"), cleared.at("/username")), (json!(null), json!(null)));
        assert_eq!(cleared.json(), ada.get("/auth/me").await.is(200).json());

        let _ = ada.patch("/auth/profile", &json!({ "username": username })).await.is(200);
        let eve = gateway.person("eve").await;
        for (wanted, status, code) in [
            (username.to_uppercase(), 409, "USERNAME_TAKEN"),
            ("admin".to_owned(), 400, "USERNAME_RESERVED"),
            ("no".to_owned(), 400, "USERNAME_INVALID"),
            ("with space".to_owned(), 400, "USERNAME_INVALID"),
        ] {
            let refused = eve.patch("/auth/profile", &json!({ "username": wanted })).await.is(status);
            assert_eq!(refused.text("/code"), code, "{wanted}");
        }
        for wrong in [json!({ "surname": "x".repeat(101) }), json!({ "preferredOrder": "northern" })] {
            let _ = ada.patch("/auth/profile", &wrong).await.is(422);
        }
    });
}

#[test]
fn an_address_is_added_proven_made_the_default_and_removed() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let second = fresh_email("second");
        let added = ada.post("/auth/emails/", &json!({ "email": second })).await.is(201);
        assert_eq!(added.fields(""), ["email", "id", "isDefault", "isVerified"]);
        assert_eq!((added.at("/isDefault"), added.at("/isVerified")), (json!(false), json!(false)));
        let default = format!("/auth/emails/{}/default", added.text("/id"));
        assert_eq!(ada.patch(&default, &json!({})).await.is(400).text("/code"), "EMAIL_NOT_VERIFIED");
        let code = gateway.letter_to(&second).await.code();
        let wrong = if code == "000000" { "000001" } else { "000000" };
        let guess = |code: &str| json!({ "email": second, "code": code });
        let refused = ada.post("/auth/emails/verify", &guess(wrong)).await.is(400);
        assert_eq!(refused.text("/code"), "INVALID_CODE");
        let verified = ada.post("/auth/emails/verify", &guess(&code)).await.is(200);
        assert_eq!(verified.at("/isVerified"), json!(true));
        assert_eq!(ada.patch(&default, &json!({})).await.is(200).at("/isDefault"), json!(true));
        assert_eq!(ada.get("/auth/me").await.is(200).text("/email"), second);
        assert!(gateway.letter_to(&ada.email).await.text.contains(&second), "the old address is told");

        let eve = gateway.person("eve").await;
        let taken = eve.post("/auth/emails", &json!({ "email": second.to_uppercase() })).await.is(400);
        assert_eq!(taken.text("/code"), "EMAIL_ALREADY_IN_USE");
        let path = format!("/auth/emails/{}", added.text("/id"));
        assert_eq!(eve.delete(&path).await.is(404).text("/code"), "EMAIL_NOT_FOUND");
        let _ = ada.delete(&path).await.is(200);
        let left = ada.get("/auth/emails/").await.is(200).json();
        assert_eq!((left.as_array().map(Vec::len), &left[0]["isDefault"]), (Some(1), &json!(true)));
        let only = format!("/auth/emails/{}", left[0]["id"].as_str().expect("an id"));
        assert_eq!(ada.delete(&only).await.is(400).text("/code"), "ONLY_VERIFIED_EMAIL");
        let unknown = ada.post("/auth/emails/resend", &json!({ "email": "who@example.com" })).await.is(404);
        assert_eq!(unknown.text("/code"), "EMAIL_NOT_FOUND");
        assert_eq!(ada.delete("/auth/emails/none").await.is(404).text("/code"), "EMAIL_NOT_FOUND");
    });
}

#[test]
fn an_address_is_trimmed_says_that_it_is_unproven_at_a_login_and_is_proven_by_its_id() {
    on_each_gateway(async |gateway| {
        let (ada, eve) = (gateway.person("ada").await, gateway.person("eve").await);
        let second = fresh_email("second");
        let added = ada.post("/auth/emails", &json!({ "email": format!("  {second} ") })).await.is(201);
        assert_eq!(added.text("/email"), second);
        let login = json!({ "email": format!(" {second}"), "password": ada.password });
        assert_eq!(gateway.nobody().post("/auth/login", &login).await.is(401).text("/code"), "EMAIL_NOT_VERIFIED");
        let code = gateway.letter_to(&second).await.code();
        let by_id = json!({ "email_id": added.text("/id"), "code": code });
        assert_eq!(eve.post("/auth/emails/verify", &by_id).await.is(404).text("/code"), "EMAIL_NOT_FOUND");
        let unnamed = ada.post("/auth/emails/verify", &json!({ "code": code })).await.is(422);
        assert_eq!(unnamed.text("/errors/0/field"), "email");
        assert_eq!(ada.post("/auth/emails/verify", &by_id).await.is(200).at("/isVerified"), json!(true));
        let _ = gateway.nobody().post("/auth/login", &login).await.is(200);
    });
}

#[test]
fn a_body_is_an_object_and_a_word_a_text() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let listed = ada.patch("/auth/profile", &json!(["Lovelace", "Ada"])).await.is(422);
        assert_eq!(listed.text("/errors/0/field"), "body");
        for order in [json!(5), json!([]), json!({}), json!({ "western": null }), json!("northern")] {
            let refused = ada.patch("/auth/profile", &json!({ "preferredOrder": order })).await.is(422);
            assert_eq!(refused.text("/errors/0/field"), "preferredOrder", "{order}");
        }
        let me = ada.get("/auth/me").await.is(200);
        assert_eq!((me.at("/surname"), me.at("/preferredOrder")), (json!(null), json!(null)));
    });
}

#[test]
fn a_forgotten_password_is_set_anew_by_a_link_that_works_once() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let nobody = gateway.nobody();
        let known = nobody.post("/auth/password/forgot", &json!({ "email": ada.email })).await.is(200);
        let unknown = nobody.post("/auth/password/forgot", &json!({ "email": fresh_email("who") })).await.is(200);
        assert_eq!(known.json(), json!({ "message": "If this email exists, a reset link has been sent" }));
        assert_eq!(known.json(), unknown.json());
        let token = gateway.letter_to(&ada.email).await.token();
        let reset = |token: &str, password: &str| json!({ "token": token, "password": password });
        let weak = nobody.post("/auth/password/reset", &reset(&token, "password")).await.is(422);
        assert_eq!(weak.text("/errors/0/field"), "password");
        let _ = nobody.post("/auth/password/reset", &reset(&token, PASSWORD)).await.is(200);
        let again = nobody.post("/auth/password/reset", &reset(&token, PASSWORD)).await.is(400);
        assert_eq!(again.text("/code"), "INVALID_TOKEN");
        let _ = ada.get("/auth/me").await.is(401);
        let old = json!({ "email": ada.email, "password": ada.password });
        let _ = nobody.post("/auth/login", &old).await.is(401);
        let _ = nobody.post("/auth/login", &json!({ "email": ada.email, "password": PASSWORD })).await.is(200);
        assert!(gateway.letter_to(&ada.email).await.subject.to_lowercase().contains("password"), "ada is told");
    });
}

#[test]
fn a_changed_password_ends_the_other_sessions() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let credentials = json!({ "email": ada.email, "password": ada.password });
        let other = holder(gateway, &gateway.nobody().post("/auth/login", &credentials).await.is(200));
        let change = |old: &str, new: &str| json!({ "current_password": old, "password": new });
        let wrong = ada.post("/auth/password/change", &change("wrong", PASSWORD)).await.is(400);
        assert_eq!(wrong.text("/code"), "INVALID_PASSWORD");
        let _ = ada.post("/auth/password/change", &change(ada.password, "short")).await.is(422);
        let _ = ada.post("/auth/password/change", &change(ada.password, PASSWORD)).await.is(200);
        let _ = other.get("/auth/me").await.is(401);
        let _ = ada.get("/auth/me").await.is(200);
    });
}
