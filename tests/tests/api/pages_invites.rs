//! `/invites/{token}` for browsers.

use crate::browser::{Browser, form, form_to};
use crate::crew::Crew;
use crate::pages_login::enter;
use crate::sign_up::PASSWORD;
use mainstay_testkit::gateway::{Actor as _, Gateway, fresh_email, on_each_gateway};
use serde_json::{Value, json};

/// The owner of a project invites an address; gives the path of the invite's page.
async fn invited(gateway: &Gateway, crew: &Crew, body: &Value) -> String {
    let _ = crew.owner.post(&crew.path("/invites"), body).await.is(201);
    let email = body["email"].as_str().expect("an address");
    let link = gateway.letter_with(email, "/invites/").await.link();
    link.strip_prefix(gateway.url()).expect("without an app of its own, a link leads to the gateway").to_owned()
}

#[test]
fn whoever_has_no_account_signs_up_with_a_password_and_is_in() {
    on_each_gateway(async |gateway| {
        let crew = Crew::private(gateway).await;
        let email = fresh_email("linus");
        let link = invited(gateway, &crew, &json!({ "email": email })).await;
        let mut browser = Browser::new(gateway);
        let page = browser.get(&link).await.is(200);
        let html = page.page();
        assert!(html.contains("Join Rocket") && html.contains(&email) && html.contains("Member"), "{html}");
        let short = browser.fill(&page, &[("password", "short")]).await.is(422);
        assert!(short.page().contains("Use at least 8 characters."), "{short:?}");
        let joined = browser.fill(&short, &[("password", PASSWORD)]).await.is(200);
        assert!(joined.page().contains("Welcome to Rocket"), "{joined:?}");
        let inside = browser.get("/login").await.is(200);
        assert!(inside.page().contains(&format!("You are logged in as {email}.")), "{inside:?}");
        let over = browser.get(&link).await.is(404);
        assert!(over.page().contains("This invite no longer works"), "{over:?}");
        let members = crew.owner.get(&crew.path("/members")).await.is(200).json();
        assert!(members.to_string().contains(&email), "{members}");
    });
}

#[test]
fn whoever_has_an_account_logs_in_comes_back_and_accepts() {
    on_each_gateway(async |gateway| {
        let crew = Crew::private(gateway).await;
        let redirect = "https://app.example.com/welcome?a=b";
        let body = json!({ "email": crew.outsider.email, "redirect_url": redirect });
        let link = invited(gateway, &crew, &body).await;
        let mut browser = Browser::new(gateway);
        let page = browser.get(&link).await.is(200).page();
        let login = page.split('"').find(|part| part.starts_with("/login?")).expect("a way to log in").to_owned();
        let login = browser.get(&login.replace("&#38;", "&")).await.is(200);
        assert_eq!(form(&login).fields["email"], crew.outsider.email);
        let entered = browser.fill(&login, &[("password", crew.outsider.password)]).await.is(303);
        assert_eq!(entered.header("location"), Some(&*link));
        let page = browser.follow(entered).await.is(200);
        assert!(page.page().contains("Accept the invite"), "{page:?}");
        let joined = browser.send(&form_to(&page, &link)).await.is(200);
        let html = joined.page();
        assert!(html.contains("Welcome to Rocket") && html.contains("Continue to app.example.com"), "{html}");
        assert!(html.contains(r#"href="https://app.example.com/welcome?a=b""#), "{html}");
        let _ = crew.outsider.get(&crew.path("")).await.is(200);
        let _ = browser.send(&form_to(&page, &link)).await.is(404);
    });
}

#[test]
fn an_invite_for_another_address_is_not_taken_and_the_way_to_another_account_is_shown() {
    on_each_gateway(async |gateway| {
        let crew = Crew::private(gateway).await;
        let link = invited(gateway, &crew, &json!({ "email": fresh_email("meant") })).await;
        let mut browser = Browser::new(gateway);
        let _ = enter(&mut browser, &crew.outsider).await.is(303);
        let page = browser.get(&link).await.is(200);
        let refused = browser.send(&form_to(&page, &link)).await.is(422);
        assert!(refused.page().contains("This invite was sent to another email."), "{refused:?}");
        let _ = crew.outsider.get(&crew.path("")).await.is(403);
        let left = browser.send(&form_to(&refused, "/logout")).await.is(303);
        assert_eq!(left.header("location"), Some(&*link));
        assert!(browser.follow(left).await.is(200).page().contains("Create my account and join"));
    });
}

#[test]
fn looking_changes_nothing_and_a_form_without_proof_accepts_nothing() {
    on_each_gateway(async |gateway| {
        let crew = Crew::private(gateway).await;
        let link = invited(gateway, &crew, &json!({ "email": crew.outsider.email })).await;
        let mut browser = Browser::new(gateway);
        let _ = enter(&mut browser, &crew.outsider).await.is(303);
        for _ in 0..3 {
            let _ = browser.get(&link).await.is(200);
        }
        let accept = form_to(&browser.get(&link).await, &link);
        let _ = browser.send(&accept.with(&[("proof", "")])).await.is(403);
        let _ = crew.outsider.get(&crew.path("")).await.is(403);
        let _ = browser.send(&accept).await.is(200);
    });
}

#[test]
fn names_are_text_whatever_they_look_like() {
    on_each_gateway(async |gateway| {
        let owner = gateway.person("owner").await;
        let name = r#"<script>alert(1)</script>" onload="x"#;
        let _ = owner.patch("/auth/profile", &json!({ "displayName": "<img src=x onerror=alert(2)>" })).await;
        let slug = owner.post("/projects", &json!({ "name": name })).await.is(201).text("/slug");
        let email = fresh_email("guest");
        let _ = owner.post(&format!("/projects/{slug}/invites"), &json!({ "email": email })).await.is(201);
        let link = gateway.letter_with(&email, "/invites/").await.token();
        let page = Browser::new(gateway).get(&format!("/invites/{link}")).await.is(200).page();
        assert!(page.contains("&#60;script&#62;alert(1)&#60;/script&#62;&#34; onload=&#34;x"), "{page}");
        assert!(!page.contains("<script>") && !page.contains("<img"), "{page}");
    });
}

#[test]
fn callers_of_the_api_get_what_they_did() {
    on_each_gateway(async |gateway| {
        let crew = Crew::private(gateway).await;
        let link = invited(gateway, &crew, &json!({ "email": crew.outsider.email })).await;
        for accept in ["", "*/*", "application/json", "application/json, text/plain, */*"] {
            let call = gateway.nobody().get(&link);
            let call = if accept.is_empty() { call } else { call.header("accept", accept) };
            assert_eq!(call.await.is(200).text("/project/name"), "Rocket");
        }
        let _ = gateway.nobody().post(&link, &json!({})).await.is(405).text("/code");
        let _ = gateway.nobody().get("/invites/no/such/path").await.is(404).text("/code");
        let _ = crew.outsider.post(&format!("{link}/accept"), &json!({})).await.is(200).text("/project_slug");
    });
}
