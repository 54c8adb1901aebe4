//! `/oauth/device_authorization` and `/device`: a person lets a device in.

use crate::browser::{Browser, Form, forms};
use crate::oauth_app::{App, refused};
use crate::pages_login::enter;
use mainstay_testkit::gateway::{Actor as _, Answer, Call, Gateway, Person, on_each_gateway, on_own_gateways};
use serde_json::json;

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// An app on televisions, which keeps no secret and sends nobody back.
async fn television(gateway: &Gateway) -> App {
    let owner = gateway.person("owner").await;
    let body = json!({ "name": "Television", "redirect_uris": [], "is_public": true, "device_flow": true });
    App::made(gateway, &owner.post("/oauth/clients", &body).await.is(201))
}

async fn begun(app: &App, scope: &str) -> Answer {
    app.ask("/oauth/device_authorization", &json!({ "scope": scope })).await.is(200)
}

fn poll(app: &App, codes: &Answer) -> Call {
    app.ask("/oauth/token", &json!({ "grant_type": GRANT, "device_code": codes.text("/device_code") }))
}

/// A person's browser, logged in.
async fn inside(gateway: &Gateway, person: &Person) -> Browser {
    let mut browser = Browser::new(gateway);
    let _ = enter(&mut browser, person).await.is(303);
    browser
}

/// Types the code of a device; gives the page that follows.
async fn typed(browser: &mut Browser, code: &str) -> Answer {
    let page = browser.get("/device").await.is(200);
    browser.fill(&page, &[("code", code)]).await
}

#[track_caller]
fn decision(page: &Answer, answer: &str) -> Form {
    let found = forms(page).into_iter().find(|form| form.fields.get("answer").is_some_and(|own| own == answer));
    found.unwrap_or_else(|| panic!("nobody is asked to {answer} on {page:?}"))
}

#[test]
fn a_person_types_the_code_that_a_device_shows_and_lets_it_in() {
    on_each_gateway(async |gateway| {
        let (app, ada) = (television(gateway).await, gateway.person("ada").await);
        let codes = begun(&app, "openid email").await;
        let fields =
            ["device_code", "expires_in", "interval", "user_code", "verification_uri", "verification_uri_complete"];
        assert_eq!(codes.fields(""), fields);
        assert_eq!((codes.header("cache-control"), codes.number("/interval")), (Some("no-store"), 5));
        assert!((600..=1_800).contains(&codes.number("/expires_in")));
        let code = codes.text("/user_code");
        let page = format!("{}/device", gateway.url());
        assert_eq!(codes.text("/verification_uri"), page);
        assert_eq!(codes.text("/verification_uri_complete"), format!("{page}?user_code={code}"));
        let _ = refused(poll(&app, &codes), 400, "authorization_pending", "Nobody has let the device in yet").await;

        let mut browser = inside(gateway, &ada).await;
        let asked = typed(&mut browser, &code.to_lowercase().replace('-', " ")).await.is(200);
        let html = asked.page();
        assert!(html.contains("Let Television use your") && html.contains("<li>See your email</li>"), "{html}");
        assert!(html.contains("in front of you") && html.contains(&ada.email), "{html}");
        let allowed = browser.send(&decision(&asked, "allow")).await.is(200);
        assert!(allowed.page().contains("Your device is logged in"), "{allowed:?}");
        let tokens = poll(&app, &codes).await.is(200);
        assert_eq!(tokens.text("/scope"), "openid email");
        assert_eq!(app.userinfo(&tokens.text("/access_token")).await.is(200).text("/email"), ada.email);
        let _ = app.refresh(&tokens.text("/refresh_token")).await.is(200);
        assert_eq!(ada.get("/oauth/grants").await.is(200).text("/0/clientName"), "Television");
        let again = typed(&mut browser, &code).await.is(422);
        assert!(again.page().contains("No device waits with this code"), "{again:?}");
        let used = refused(poll(&app, &codes), 400, "invalid_grant", "Invalid or expired device code").await;
        assert_eq!(used.fields(""), ["error", "error_description"]);
    });
}

#[test]
fn a_link_with_the_code_leads_by_way_of_the_login_and_is_confirmed() {
    on_each_gateway(async |gateway| {
        let (app, ada) = (television(gateway).await, gateway.person("ada").await);
        let codes = begun(&app, "").await;
        let link = format!("/device?user_code={}", codes.text("/user_code"));
        let mut browser = Browser::new(gateway);
        let first = browser.get(&link).await.is(303);
        let login = browser.follow(first).await.is(200);
        let entered = browser.fill(&login, &[("email", &ada.email), ("password", ada.password)]).await.is(303);
        assert_eq!(entered.header("location"), Some(&*link));
        let page = browser.follow(entered).await.is(200);
        assert!(page.page().contains("Compare this with the code"), "{page:?}");
        assert_eq!(forms(&page)[0].fields["code"], codes.text("/user_code"));
        let asked = browser.fill(&page, &[]).await.is(200);
        let denied = browser.send(&decision(&asked, "deny")).await.is(200);
        assert!(denied.page().contains("The device was not let in"), "{denied:?}");
        assert_eq!(poll(&app, &codes).await.is(400).text("/error"), "access_denied");
        assert_eq!(ada.get("/oauth/grants").await.is(200).json(), json!([]));
    });
}

#[test]
fn nothing_is_decided_without_the_proof_of_this_browser_and_an_answer() {
    on_each_gateway(async |gateway| {
        let (app, ada) = (television(gateway).await, gateway.person("ada").await);
        let codes = begun(&app, "").await;
        let mut browser = inside(gateway, &ada).await;
        let allow = decision(&typed(&mut browser, &codes.text("/user_code")).await.is(200), "allow");
        let mut stranger = inside(gateway, &gateway.person("eve").await).await;
        let _ = stranger.send(&allow).await.is(403);
        let _ = browser.send(&allow.with(&[("proof", "")])).await.is(403);
        let undecided = browser.send(&allow.with(&[("answer", "")])).await.is(200);
        let _ = decision(&undecided, "allow");
        let other = browser.send(&allow.with(&[("code", "BCDF-GHJK")])).await.is(422);
        assert!(other.page().contains("No device waits"), "{other:?}");
        assert_eq!(poll(&app, &codes).await.is(400).text("/error"), "authorization_pending");
        let _ = browser.send(&allow).await.is(200);
        let _ = poll(&app, &codes).await.is(200);
    });
}

#[test]
fn a_device_that_asks_too_soon_is_slowed_and_one_that_waits_is_not_taken_for_a_guesser() {
    on_own_gateways(
        |launch| launch.set("ANONYMOUS_RATE_LIMIT", "8"),
        async |gateway: &mut Gateway| {
            let app = television(gateway).await;
            let codes = begun(&app, "").await;
            let first = poll(&app, &codes).await.is(400);
            assert_eq!(
                (first.text("/error"), first.header("x-ratelimit-remaining")),
                ("authorization_pending".into(), Some("7"))
            );
            let soon = poll(&app, &codes).await.is(400);
            assert_eq!((soon.text("/error"), soon.header("x-ratelimit-remaining")), ("slow_down".into(), Some("6")));
            for _ in 0..6 {
                let _ = begun(&app, "").await;
            }
            let _ = app.ask("/oauth/device_authorization", &json!({})).await.is(429);
        },
    );
}

#[test]
fn who_guesses_codes_is_told_in_words_how_long_to_wait() {
    on_each_gateway(async |gateway| {
        let mut browser = inside(gateway, &gateway.person("ada").await).await;
        for guess in ["x", "BCDF-GHJK", "BCDF-GHJL", "BCDF-GHJM", "BCDF-GHJN"] {
            let missed = typed(&mut browser, guess).await.is(422);
            assert!(missed.page().contains("No device waits with this code"), "{missed:?}");
        }
        let slowed = typed(&mut browser, "BCDF-GHJP").await.is(429);
        assert!(slowed.page().contains("Please wait") && slowed.headers.contains_key("retry-after"), "{slowed:?}");
    });
}

#[test]
fn only_clients_with_the_device_flow_have_it_and_all_prove_themselves_as_at_the_token_endpoint() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let path = "/oauth/device_authorization";
        let plain = App::public(&ada, gateway).await;
        let _ = refused(plain.ask(path, &json!({})), 400, "unauthorized_client", "This client may not do that").await;
        let _ = refused(gateway.nobody().post(path, &json!({})), 400, "invalid_request", "Missing client_id").await;
        let body = json!({ "name": "Box", "redirect_uris": [], "device_flow": true });
        let boxed = App::made(gateway, &ada.post("/oauth/clients", &body).await.is(201));
        let form = gateway.nobody().call("POST", path).body("application/x-www-form-urlencoded", "scope=openid");
        let _ = form.header("authorization", boxed.basic()).await.is(200);
        let wrong = gateway.nobody().post(path, &json!({ "client_id": boxed.client_id, "client_secret": "x" }));
        let wrong = refused(wrong, 401, "invalid_client", "Invalid client credentials").await;
        assert!(wrong.header("www-authenticate").is_some_and(|value| value.starts_with("Basic ")));
        let shown = ada.get(&format!("/oauth/clients/{}", boxed.id)).await.is(200);
        assert_eq!((shown.at("/deviceFlow"), shown.at("/redirectUris")), (json!(true), json!([])));
        let stripped =
            ada.patch(&format!("/oauth/clients/{}", boxed.id), &json!({ "device_flow": false })).await.is(400);
        assert_eq!(stripped.text("/code"), "VALIDATION_FAILED");
    });
}
