//! `/forgot-password` and `/reset-password`: where those who forgot their password are led by the mail.

use crate::browser::{Browser, form};
use mainstay_testkit::gateway::{Actor as _, Gateway, Person, fresh_email, on_each_gateway};
use serde_json::json;

const NEW: &str = "another sentence entirely";

/// Asks for a link on the page; gives its path and query, as it stands in the mail.
async fn link(gateway: &Gateway, person: &Person) -> String {
    let mut browser = Browser::new(gateway);
    let page = browser.get("/forgot-password").await.is(200);
    let _ = browser.fill(&page, &[("email", &person.email)]).await.is(200);
    let link = gateway.letter_with(&person.email, "/reset-password").await.link();
    link.strip_prefix(gateway.url()).expect("without an app of its own, a link leads to the gateway").to_owned()
}

async fn logs_in(gateway: &Gateway, person: &Person, password: &str) -> bool {
    let credentials = json!({ "email": person.email, "password": password });
    gateway.nobody().post("/auth/login", &credentials).await.status == 200
}

#[test]
fn the_link_of_the_mail_sets_a_password_once_and_ends_all_sessions() {
    on_each_gateway(async |gateway| {
        let person = gateway.person("forgetful").await;
        let link = link(gateway, &person).await;
        let mut browser = Browser::new(gateway);
        let page = browser.get(&link).await.is(200);
        let done = browser.fill(&page, &[("password", NEW)]).await.is(200);
        assert!(done.page().contains("All your sessions have ended"), "{done:?}");
        assert!(logs_in(gateway, &person, NEW).await && !logs_in(gateway, &person, person.password).await);
        let _ = person.get("/auth/me").await.is(401);
        let again = browser.fill(&page, &[("password", "a third sentence, no less")]).await.is(410);
        assert!(again.page().contains("no longer works"), "{again:?}");
        assert!(logs_in(gateway, &person, NEW).await, "the used link changed nothing");
    });
}

#[test]
fn the_page_says_at_once_that_a_link_is_over_and_whose_it_is() {
    on_each_gateway(async |gateway| {
        let person = gateway.person("curious").await;
        let link = link(gateway, &person).await;
        let mut browser = Browser::new(gateway);
        let page = browser.get(&link).await.is(200);
        assert!(page.page().contains(&person.email), "password managers look for the account: {page:?}");
        let _ = browser.get(&format!("{link}x")).await.is(410);
        let _ = browser.fill(&page, &[("password", NEW)]).await.is(200);
        assert!(browser.get(&link).await.is(410).page().contains("no longer works"));
    });
}

#[test]
fn looking_at_the_page_uses_nothing_up() {
    on_each_gateway(async |gateway| {
        let person = gateway.person("scanned").await;
        let link = link(gateway, &person).await;
        for _ in 0..3 {
            let _ = Browser::new(gateway).get(&link).await.is(200);
            let _ = gateway.nobody().call("HEAD", &link).await.is(200);
        }
        let mut browser = Browser::new(gateway);
        let page = browser.get(&link).await.is(200);
        let _ = browser.fill(&page, &[("password", NEW)]).await.is(200);
        assert!(logs_in(gateway, &person, NEW).await);
    });
}

#[test]
fn a_password_that_breaks_a_rule_is_told_beside_the_field_and_leaves_the_link_as_it_is() {
    on_each_gateway(async |gateway| {
        let person = gateway.person("hasty").await;
        let link = link(gateway, &person).await;
        let mut browser = Browser::new(gateway);
        let mut page = browser.get(&link).await.is(200);
        for (password, told) in [
            ("", "Enter a password."),
            ("short", "Use at least 8 characters."),
            ("password1", "guessed first"),
            (&"long".repeat(40), "Use at most 128 characters."),
        ] {
            page = browser.fill(&page, &[("password", password)]).await.is(422);
            let html = page.page();
            assert!(html.contains(told) && html.contains("<title>Error: "), "{html}");
            assert!(html.contains(r#"aria-describedby="password-hint password-problem""#), "{html}");
            assert!(html.contains(r##"<a href="#password">"##) && html.contains(r#"id="summary" role="alert""#));
            assert!(password.is_empty() || !html.contains(&format!("\"{password}\"")), "no password is shown");
        }
        let _ = browser.fill(&page, &[("password", NEW)]).await.is(200);
    });
}

#[test]
fn a_form_without_the_proof_of_this_very_browser_changes_nothing() {
    on_each_gateway(async |gateway| {
        let person = gateway.person("attacked").await;
        let link = link(gateway, &person).await;
        let (mut browser, mut other) = (Browser::new(gateway), Browser::new(gateway));
        let own = form(&browser.get(&link).await.is(200)).with(&[("password", NEW)]);
        let others = form(&other.get(&link).await.is(200)).fields["proof"].clone();
        for proof in ["", "x", &others] {
            let refused = browser.send(&own.with(&[("proof", proof)])).await.is(403);
            assert!(refused.page().contains("This form has lapsed"), "{refused:?}");
        }
        let mut bare = own.clone();
        bare.fields.remove("proof");
        let _ = browser.send(&bare).await.is(403);
        let cookies = std::mem::take(&mut browser.cookies);
        let _ = browser.send(&own).await.is(403);
        browser.cookies = cookies;
        for (name, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")] {
            let cookie = format!("mainstay-visitor={}", browser.cookies["mainstay-visitor"]);
            let call = gateway.nobody().call("POST", "/reset-password").header("cookie", cookie).header(name, value);
            let body = format!("proof={}&token={}&password=x", own.fields["proof"], own.fields["token"]);
            let refused = call.body("application/x-www-form-urlencoded", body).await.is(403);
            assert!(refused.page().contains("another site"), "{refused:?}");
        }
        assert!(logs_in(gateway, &person, person.password).await, "the old password stands");
        let _ = browser.send(&own).await.is(200);
    });
}

#[test]
fn a_link_that_is_none_is_told_as_one_that_is_over() {
    on_each_gateway(async |gateway| {
        let mut browser = Browser::new(gateway);
        for path in ["/reset-password", "/reset-password?token="] {
            let over = browser.get(path).await.is(410);
            assert!(over.page().contains(r#"href="/forgot-password""#), "{over:?}");
        }
        let over = browser.get("/reset-password?token=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").await.is(410);
        assert!(!over.page().contains("<script>"), "{over:?}");
        let link = link(gateway, &gateway.person("careful").await).await;
        let page = browser.get(&link).await.is(200);
        let _ = browser.fill(&page, &[("token", "guessed"), ("password", NEW)]).await.is(410);
    });
}

#[test]
fn asking_for_a_link_is_answered_alike_for_known_and_unknown_addresses() {
    on_each_gateway(async |gateway| {
        let known = gateway.person("known").await.email;
        let mut pages = Vec::new();
        for email in [known, fresh_email("unknown")] {
            let mut browser = Browser::new(gateway);
            let page = browser.get("/forgot-password").await.is(200);
            let sent = browser.fill(&page, &[("email", &email)]).await.is(200);
            pages.push(sent.page().replace(&email, "…"));
        }
        assert_eq!(pages[0], pages[1]);
        let mut browser = Browser::new(gateway);
        let page = browser.get("/forgot-password").await.is(200);
        let wrong = browser.fill(&page, &[("email", "no address")]).await.is(422);
        let html = wrong.page();
        assert!(html.contains("Enter an email") && html.contains(r#"value="no address""#), "{html}");
    });
}
