//! `/projects/{slug}/invites` and `/invites/{token}`.

use crate::crew::{Crew, NIL, is_instant, refused, wrong_fields};
use mainstay_testkit::gateway::{Actor as _, Gateway, on_each_gateway};
use serde_json::{Value, json};

const INVITE: [&str; 7] = ["created_at", "email", "expires_at", "id", "is_expired", "redirect_url", "role"];
const VIEW: [&str; 7] = ["email", "expiresAt", "id", "invitedBy", "is_expired", "project", "role"];

/// The owner invites an address; gives the token that was mailed.
async fn invited(gateway: &Gateway, crew: &Crew, body: &Value) -> String {
    let _ = crew.owner.post(&crew.path("/invites"), body).await.is(201);
    gateway.letter_to(body["email"].as_str().expect("an address")).await.token()
}

#[test]
fn an_invite_is_made_and_listed_without_its_token_which_only_the_mail_carries() {
    on_each_gateway(async |gateway| {
        let crew = Crew::private(gateway).await;
        let email = &crew.outsider.email;
        let body = json!({ "email": email, "redirect_url": "https://app.example.com/welcome?a=b" });
        let made = crew.admin.post(&crew.path("/invites"), &body).await.is(201);
        assert_eq!((made.fields(""), made.text("/email")), (INVITE.map(str::to_owned).into(), email.clone()));
        assert_eq!((made.text("/role"), made.at("/is_expired")), ("member".to_owned(), json!(false)));
        assert_eq!(made.at("/redirect_url"), body["redirect_url"]);
        assert!(is_instant(&made.text("/created_at")) && is_instant(&made.text("/expires_at")), "{made:?}");
        let letter = gateway.letter_to(email).await;
        assert!(letter.subject.contains("Rocket") && letter.text.contains("admin"), "{letter:?}");
        for path in [crew.path("/invites"), crew.path("/invites/")] {
            let listed = crew.owner.get(&path).await.is(200);
            assert_eq!(listed.json(), json!([made.json()]));
            assert!(!String::from_utf8_lossy(&listed.body).contains(&letter.token()));
        }
    });
}

#[test]
fn whom_one_cannot_invite_is_said() {
    on_each_gateway(async |gateway| {
        let crew = Crew::private(gateway).await;
        let path = crew.path("/invites");
        let email = &crew.outsider.email;
        let _ = crew.owner.post(&path, &json!({ "email": email })).await.is(201);
        let again = json!({ "email": email.to_uppercase() });
        let _ = refused(crew.admin.post(&path, &again), 400, "INVITE_ALREADY_EXISTS").await;
        let _ = refused(crew.owner.post(&path, &json!({ "email": crew.member.email })), 400, "ALREADY_MEMBER").await;
        let admin = json!({ "email": "guest@example.org", "role": "admin" });
        let told = refused(crew.admin.post(&path, &admin), 403, "ONLY_OWNER_ASSIGNS_ADMIN").await;
        assert_eq!(told.text("/error"), "Only owner can assign admin role");
        for (body, field) in [
            (json!({}), "email"),
            (json!({ "email": "no address" }), "email"),
            (json!({ "email": ["guest@example.org"] }), "email"),
            (json!({ "email": "guest@example.org", "role": "owner" }), "role"),
            (json!({ "email": "guest@example.org", "role": 7 }), "role"),
            (json!({ "email": "guest@example.org", "redirect_url": "/welcome" }), "redirect_url"),
            (json!({ "email": "guest@example.org", "redirect_url": "http://app.example.com" }), "redirect_url"),
            (json!({ "email": "guest@example.org", "redirect_url": "javascript:alert(1)" }), "redirect_url"),
        ] {
            assert_eq!(wrong_fields(crew.owner.post(&path, &body)).await, [field], "{body}");
        }
        assert_eq!(crew.owner.get(&path).await.is(200).json().as_array().map(Vec::len), Some(1));
    });
}

#[test]
fn whoever_holds_the_token_sees_what_is_offered() {
    on_each_gateway(async |gateway| {
        let crew = Crew::private(gateway).await;
        let token = invited(gateway, &crew, &json!({ "email": crew.outsider.email, "role": "admin" })).await;
        for path in [format!("/invites/{token}"), format!("/invites/{token}/")] {
            let seen = gateway.nobody().get(&path).await.is(200);
            assert_eq!(seen.fields(""), VIEW);
            assert_eq!((seen.text("/email"), seen.text("/role")), (crew.outsider.email.clone(), "admin".to_owned()));
            assert_eq!(seen.at("/project"), json!({ "name": "Rocket", "slug": crew.slug() }));
            assert_eq!(seen.at("/invitedBy"), json!({ "displayName": "owner" }));
            assert!(seen.at("/is_expired") == json!(false) && is_instant(&seen.text("/expiresAt")));
        }
        for token in ["x", NIL, "%00", "A".repeat(43).as_str()] {
            let _ = refused(gateway.nobody().get(&format!("/invites/{token}")), 404, "INVITE_NOT_FOUND").await;
        }
    });
}

#[test]
fn the_invited_take_the_seat_that_is_offered_once() {
    on_each_gateway(async |gateway| {
        let crew = Crew::private(gateway).await;
        let _ = crew.permit("read_docs", true).await;
        let url = "http://localhost:3000/welcome";
        let body = json!({ "email": crew.outsider.email.to_uppercase(), "role": "admin", "redirect_url": url });
        let _ = crew.owner.post(&crew.path("/invites"), &body).await.is(201);
        let token = gateway.letter_to(&crew.outsider.email.to_uppercase()).await.token();
        let (view, accept) = (format!("/invites/{token}"), format!("/invites/{token}/accept"));
        let accepted = crew.outsider.call("POST", &accept).await.is(200);
        assert_eq!(accepted.json(), json!({ "project_slug": crew.slug(), "redirect_url": url }));
        let seat = crew.seat(&crew.outsider).await;
        assert_eq!((&seat["role"], &seat["permissions"]), (&json!("admin"), &json!(["read_docs"])));
        let _ = refused(crew.outsider.call("POST", &accept), 404, "INVITE_NOT_FOUND").await;
        let _ = refused(gateway.nobody().get(&view), 404, "INVITE_NOT_FOUND").await;
        assert_eq!(crew.owner.get(&crew.path("/invites")).await.is(200).json(), json!([]));
    });
}

#[test]
fn an_invite_is_for_the_invited_address_and_for_who_is_not_there_yet() {
    on_each_gateway(async |gateway| {
        let crew = Crew::private(gateway).await;
        let token = invited(gateway, &crew, &json!({ "email": crew.outsider.email })).await;
        let accept = format!("/invites/{token}/accept");
        let _ = refused(gateway.nobody().call("POST", &accept), 401, "UNAUTHORIZED").await;
        let stranger = gateway.person("stranger").await;
        for other in [&crew.owner, &stranger] {
            let _ = refused(other.call("POST", &accept), 400, "EMAIL_MISMATCH").await;
        }
        let _ = refused(stranger.call("POST", "/invites/x/accept"), 404, "INVITE_NOT_FOUND").await;
        let _ = crew.add(&crew.outsider, "member").await;
        let _ = refused(crew.outsider.call("POST", &accept), 400, "ALREADY_MEMBER").await;
        let _ = crew.outsider.delete(&crew.path("/leave")).await.is(200);
        let accepted = crew.outsider.call("POST", &format!("{accept}/")).await.is(200);
        assert_eq!(accepted.json(), json!({ "project_slug": crew.slug(), "redirect_url": null }), "it was not used up");
    });
}

#[test]
fn a_key_accepts_for_the_person_who_made_it_when_it_may_write_projects() {
    on_each_gateway(async |gateway| {
        let (crew, tenant) = (Crew::private(gateway).await, gateway.tenant().await);
        let token = invited(gateway, &crew, &json!({ "email": tenant.owner.email })).await;
        let accept = format!("/invites/{token}/accept");
        let reader = tenant.key_with(&["projects:read"]).await;
        let _ = refused(reader.call("POST", &accept), 403, "FORBIDDEN_SCOPE").await;
        let _ = tenant.key_with(&["projects:write"]).await.call("POST", &accept).await.is(200);
        assert_eq!(tenant.owner.get(&crew.path("")).await.is(200).text("/role"), "member");
    });
}

#[test]
fn a_cancelled_invite_opens_nothing_and_may_be_made_anew() {
    on_each_gateway(async |gateway| {
        let crew = Crew::private(gateway).await;
        let email = json!({ "email": crew.outsider.email });
        let made = crew.owner.post(&crew.path("/invites"), &email).await.is(201);
        let token = gateway.letter_to(&crew.outsider.email).await.token();
        let path = crew.path(&format!("/invites/{}", made.text("/id")));
        assert_eq!(crew.admin.delete(&path).await.is(200).fields(""), ["message"]);
        let _ = refused(gateway.nobody().get(&format!("/invites/{token}")), 404, "INVITE_NOT_FOUND").await;
        let _ = refused(crew.outsider.call("POST", &format!("/invites/{token}/accept")), 404, "INVITE_NOT_FOUND").await;
        let elsewhere = Crew::private(gateway).await;
        let foreign = elsewhere.owner.post(&elsewhere.path("/invites"), &email).await.is(201).text("/id");
        for id in [NIL, "x", &made.text("/id"), &foreign] {
            let path = crew.path(&format!("/invites/{id}"));
            let _ = refused(crew.owner.delete(&path), 404, "INVITE_NOT_FOUND").await;
            let _ = refused(crew.member.delete(&path), 403, "INSUFFICIENT_ROLE").await;
        }
        let _ = invited(gateway, &crew, &email).await;
    });
}
