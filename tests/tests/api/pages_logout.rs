//! `/oauth/logout`: clients send people here to be logged out.

use crate::browser::{Browser, Form, encoded, form_to};
use crate::oauth_app::{App, BACK, onward};
use crate::pages_login::enter;
use mainstay_testkit::gateway::{Actor as _, Answer, Gateway, Person, on_each_gateway};
use serde_json::json;
use std::collections::BTreeMap;

const PATH: &str = "/oauth/logout";
/// Where the app takes people afterwards.
const GONE: &str = "https://app.example.com/gone";

/// Somebody's app, a person, and the person's browser, logged in.
async fn cast(gateway: &Gateway) -> (App, Person, Browser) {
    let owner = gateway.person("owner").await;
    let body = json!({ "name": "App", "redirect_uri": BACK, "post_logout_redirect_uris": [GONE] });
    let app = App::made(gateway, &owner.post("/oauth/clients", &body).await.is(201));
    let (ada, mut browser) = (gateway.person("ada").await, Browser::new(gateway));
    let _ = enter(&mut browser, &ada).await.is(303);
    (app, ada, browser)
}

/// The wish of an app that holds an ID token of this person.
async fn wish(app: &App, person: &Person) -> String {
    let tokens = app.tokens(person, "&scope=openid").await;
    format!("{PATH}?id_token_hint={}", tokens.text("/id_token"))
}

fn and_go(address: &str) -> String {
    format!("&post_logout_redirect_uri={}&state=b%26c", encoded(address))
}

async fn is_inside(browser: &mut Browser) -> bool {
    browser.get("/login").await.is(200).page().contains("You are logged in as")
}

#[track_caller]
fn is_asked(page: &Answer) -> Form {
    assert!(page.page().contains("Log out of "), "{page:?}");
    form_to(page, "/oauth/logout/confirm")
}

#[test]
fn who_shows_an_id_token_has_its_person_logged_out_and_sent_on() {
    on_each_gateway(async |gateway| {
        let (app, ada, mut browser) = cast(gateway).await;
        let tokens = app.tokens(&ada, "&scope=openid").await;
        let wish = format!("{PATH}?id_token_hint={}{}", tokens.text("/id_token"), and_go(GONE));
        let before = browser.cookies.clone();
        let sent = browser.get(&wish).await.is(303);
        assert_eq!(sent.header("location"), Some("https://app.example.com/gone?state=b%26c"));
        assert!(!is_inside(&mut browser).await);
        browser.cookies = before;
        assert!(!is_inside(&mut browser).await, "the session itself is over");
        let _ = ada.get("/auth/me").await.is(200);
        let _ = app.userinfo(&tokens.text("/access_token")).await.is(200);
        let again = browser.get(&wish).await.is(303);
        assert_eq!(again.header("location"), sent.header("location"), "whoever is out already goes on too");
        let bare = browser.get(PATH).await.is(200);
        assert!(bare.page().contains("You are logged out"), "{bare:?}");
    });
}

#[test]
fn without_an_id_token_of_theirs_people_are_asked_first() {
    on_each_gateway(async |gateway| {
        let (app, ada, mut browser) = cast(gateway).await;
        let eve = gateway.person("eve").await;
        let own = format!("{PATH}?client_id={}{}", app.client_id, and_go(GONE));
        let hers = wish(&app, &eve).await + &and_go(GONE);
        let forged = wish(&app, &ada).await.replace("id_token_hint=", "id_token_hint=x");
        for wish in [PATH.to_owned(), own.clone(), hers, forged] {
            let _ = is_asked(&browser.get(&wish).await.is(200));
            assert!(is_inside(&mut browser).await, "{wish}");
        }
        let page = browser.get(&own).await.is(200);
        assert!(page.page().contains("App sent you here"), "{page:?}");
        let confirm = is_asked(&page);
        let mut stranger = Browser::new(gateway);
        let _ = stranger.send(&confirm).await.is(403);
        let _ = browser.send(&confirm.with(&[("proof", "")])).await.is(403);
        assert!(is_inside(&mut browser).await);
        let left = browser.send(&confirm).await.is(200);
        assert!(left.page().contains("You are logged out"), "{left:?}");
        assert_eq!(onward(&left), "https://app.example.com/gone?state=b%26c");
        assert!(!is_inside(&mut browser).await);
    });
}

#[test]
fn nobody_is_sent_to_an_address_that_is_not_registered_for_it() {
    on_each_gateway(async |gateway| {
        let (app, ada, mut browser) = cast(gateway).await;
        let hint = wish(&app, &ada).await;
        for wish in [
            format!("{hint}{}", and_go("https://evil.example.com/")),
            format!("{hint}{}", and_go(BACK)),
            format!("{hint}{}", and_go(&format!("{GONE}/"))),
            format!("{PATH}?x=y{}", and_go(GONE)),
            format!("{PATH}?client_id=unknown{}", and_go(GONE)),
            format!("{hint}&client_id=unknown"),
            format!("{hint}&state=a&state=b"),
        ] {
            let told = browser.get(&wish).await.is(400);
            assert!(told.is_page() && told.header("location").is_none(), "{wish}: {told:?}");
            assert!(is_inside(&mut browser).await, "{wish}");
        }
    });
}

#[test]
fn the_form_of_a_client_becomes_a_visit() {
    on_each_gateway(async |gateway| {
        let (app, ada, mut browser) = cast(gateway).await;
        let hint = app.tokens(&ada, "&scope=openid").await.text("/id_token");
        let fields = [("id_token_hint", &*hint), ("post_logout_redirect_uri", GONE), ("state", "s")];
        let fields: BTreeMap<_, _> =
            fields.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        // As browsers send it from another site: without cookies.
        let sent = Browser::new(gateway).send(&Form { action: PATH.to_owned(), fields }).await.is(303);
        let visit = sent.header("location").expect("a visit").to_owned();
        assert!(visit.starts_with("/oauth/logout?"), "{visit}");
        assert!(is_inside(&mut browser).await);
        let left = browser.get(&visit).await.is(303);
        assert_eq!(left.header("location"), Some("https://app.example.com/gone?state=s"));
        assert!(!is_inside(&mut browser).await);
        let long = BTreeMap::from([("state".to_owned(), "x".repeat(9_000))]);
        let _ = browser.send(&Form { action: PATH.to_owned(), fields: long }).await.is(400);
    });
}
