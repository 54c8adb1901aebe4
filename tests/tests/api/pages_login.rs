//! `/login`, `/login/second-factor` and `/logout`: a browser's own session.

use crate::authenticator::secured;
use crate::browser::{Browser, form, form_to, set_cookies};
use mainstay_testkit::gateway::{Actor as _, Answer, Gateway, Person, on_each_gateway, on_own_gateways};
use serde_json::json;

/// Logs in on the page; gives the answer to the form.
pub(crate) async fn enter(browser: &mut Browser, person: &Person) -> Answer {
    let page = browser.get("/login").await.is(200);
    browser.fill(&page, &[("email", &person.email), ("password", person.password)]).await
}

/// Whether the browser is logged in as this person.
async fn is_inside(browser: &mut Browser, person: &Person) -> bool {
    browser.get("/login").await.is(200).page().contains(&format!("You are logged in as {}.", person.email))
}

#[test]
fn a_right_password_begins_a_session_of_this_browser_that_its_logout_ends() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let mut browser = Browser::new(gateway);
        let before = browser.cookies.clone();
        let entered = enter(&mut browser, &ada).await.is(303);
        assert_eq!(entered.header("location"), Some("/login"));
        assert_ne!(browser.cookies, before);
        assert!(is_inside(&mut browser, &ada).await);
        let live = ada.get("/auth/sessions").await.is(200).json().as_array().map_or(0, Vec::len);
        let page = browser.get("/login").await.is(200);
        let stolen = browser.cookies.clone();
        let left = browser.send(&form_to(&page, "/logout")).await.is(200);
        assert!(left.page().contains("You are logged out"), "{left:?}");
        assert!(!browser.cookies.contains_key("mainstay") && !is_inside(&mut browser, &ada).await);
        browser.cookies = stolen;
        assert!(!is_inside(&mut browser, &ada).await, "the session itself has ended, not the cookie alone");
        let left = ada.get("/auth/sessions").await.is(200).json().as_array().map_or(0, Vec::len);
        assert_eq!(left, live - 1, "and no other has");
    });
}

#[test]
fn the_cookie_of_a_session_is_sealed_and_kept_from_scripts_and_other_sites() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let mut browser = Browser::new(gateway);
        let cookies = set_cookies(&enter(&mut browser, &ada).await.is(303));
        for name in ["mainstay=", "mainstay-device="] {
            let cookie = cookies.iter().find(|cookie| cookie.starts_with(name)).unwrap_or_else(|| panic!("no {name}"));
            assert!(cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Lax") && cookie.contains("; Path=/"));
            assert!(!cookie.contains("Secure") && !cookie.contains("Domain"), "plain HTTP on the loopback: {cookie}");
        }
        let sessions = ada.get("/auth/sessions").await.is(200).json();
        for session in sessions.as_array().expect("a list") {
            assert!(!cookies.iter().any(|cookie| cookie.contains(session["id"].as_str().expect("an id"))));
        }
        let sealed = browser.cookies["mainstay"].clone();
        for forged in
            ["", "x", &sealed[1..], &sealed.replace(&sealed[60..61], if &sealed[60..61] == "A" { "B" } else { "A" })]
        {
            browser.cookies.insert("mainstay".to_owned(), forged.to_owned());
            assert!(!is_inside(&mut browser, &ada).await, "{forged}");
        }
    });
    on_own_gateways(
        |launch| launch.set("PUBLIC_URL", "https://id.example.com"),
        async |gateway: &mut Gateway| {
            let cookies = set_cookies(&Browser::new(gateway).get("/login").await.is(200));
            assert!(
                cookies[0].starts_with("__Host-mainstay-visitor=") && cookies[0].contains("; Secure"),
                "{cookies:?}"
            );
        },
    );
}

#[test]
fn a_login_leaves_nothing_of_what_the_browser_was_before() {
    on_each_gateway(async |gateway| {
        let (ada, bea) = (gateway.person("ada").await, gateway.person("bea").await);
        let mut browser = Browser::new(gateway);
        let page = browser.get("/login").await.is(200);
        let visitor = browser.cookies["mainstay-visitor"].clone();
        let _ = browser.fill(&page, &[("email", &ada.email), ("password", ada.password)]).await.is(303);
        let first = browser.cookies["mainstay"].clone();
        let inside = browser.get("/login").await.is(200);
        assert_ne!(browser.cookies["mainstay-visitor"], visitor);
        // The form from before the login is of another browser now.
        let _ = browser.fill(&page, &[("email", &bea.email), ("password", bea.password)]).await.is(403);
        assert!(is_inside(&mut browser, &ada).await);
        let login = form(&page).with(&[
            ("proof", &form(&inside).fields["proof"]),
            ("email", &bea.email),
            ("password", bea.password),
        ]);
        let _ = browser.send(&login).await.is(303);
        assert!(is_inside(&mut browser, &bea).await);
        browser.cookies.insert("mainstay".to_owned(), first);
        assert!(!is_inside(&mut browser, &ada).await, "the session before has ended");
    });
}

#[test]
fn a_login_without_the_proof_of_this_browser_is_refused() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let (mut browser, mut attacker) = (Browser::new(gateway), Browser::new(gateway));
        let others = form(&attacker.get("/login").await.is(200));
        let _ = browser.get("/login").await.is(200);
        let filled = others.with(&[("email", &ada.email), ("password", ada.password)]);
        let refused = browser.send(&filled).await.is(403);
        assert!(refused.page().contains("This form has lapsed") && !browser.cookies.contains_key("mainstay"));
        let _ = enter(&mut browser, &ada).await.is(303);
        let logout = form_to(&browser.get("/login").await, "/logout").with(&[("proof", &others.fields["proof"])]);
        let _ = browser.send(&logout).await.is(403);
        assert!(is_inside(&mut browser, &ada).await, "nobody logs others out");
    });
}

#[test]
fn a_wrong_password_is_told_like_an_unknown_address_and_shows_no_password() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let mut told = Vec::new();
        for (email, password) in [(ada.email.as_str(), "hopelessly wrong"), ("nobody@example.org", ada.password)] {
            let mut browser = Browser::new(gateway);
            let page = browser.get("/login").await.is(200);
            let refused = browser.fill(&page, &[("email", email), ("password", password)]).await.is(422);
            let html = refused.page();
            assert!(html.contains("The email or the password is wrong.") && !html.contains(password), "{html}");
            assert!(!browser.cookies.contains_key("mainstay"));
            told.push(html.replace(email, "…").replace(&form(&refused).fields["proof"], "…"));
        }
        assert_eq!(told[0], told[1]);
    });
}

#[test]
fn who_guesses_too_often_is_told_in_words_how_long_to_wait() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let mut browser = Browser::new(gateway);
        let mut page = browser.get("/login").await.is(200);
        for _ in 0..20 {
            page = browser.fill(&page, &[("email", &ada.email), ("password", "wrong again")]).await;
            if page.status == 429 {
                break;
            }
        }
        let html = page.is(429);
        assert!(html.headers.contains_key("retry-after") && html.page().contains("Please wait "), "{html:?}");
    });
}

#[test]
fn the_second_factor_is_asked_for_and_opens_what_the_password_alone_does_not() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let (authenticator, _) = secured(&ada).await;
        let mut browser = Browser::new(gateway);
        let asked = enter(&mut browser, &ada).await.is(303);
        assert_eq!(asked.header("location"), Some("/login/second-factor"));
        assert!(!browser.cookies.contains_key("mainstay"), "the password alone opens nothing");
        let page = browser.follow(asked).await.is(200);
        assert!(page.page().contains(r#"autocomplete="one-time-code""#), "{page:?}");
        let wrong = browser.fill(&page, &[("code", "000000")]).await.is(422);
        assert!(wrong.page().contains("The code is wrong."), "{wrong:?}");
        let entered = browser.fill(&wrong, &[("code", &authenticator.next_code())]).await.is(303);
        let _ = browser.follow(entered).await.is(200);
        assert!(is_inside(&mut browser, &ada).await && !browser.cookies.contains_key("mainstay-challenge"));
        let again = browser.get("/login/second-factor").await.is(410);
        assert!(again.page().contains("Please log in again"), "{again:?}");
    });
}

#[test]
fn a_login_leads_back_to_a_page_of_the_list_and_nowhere_else() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        for (wanted, leads_to) in [
            ("/invites/abc", "/invites/abc"),
            ("//evil.example", "/login"),
            ("/\\evil.example", "/login"),
            ("https://evil.example/invites/abc", "/login"),
            ("/invites/../logout", "/login"),
            ("javascript:alert(1)", "/login"),
            ("/reset-password?token=x", "/login"),
        ] {
            let mut browser = Browser::new(gateway);
            let encoded: String = wanted.bytes().map(|byte| format!("%{byte:02X}")).collect();
            let page = browser.get(&format!("/login?return_to={encoded}")).await.is(200);
            let carried = form(&page).fields.get("return_to").cloned();
            assert_eq!(carried.as_deref(), (leads_to != "/login").then_some(leads_to), "{wanted}");
            let filled = [("email", ada.email.as_str()), ("password", ada.password), ("return_to", wanted)];
            let entered = browser.fill(&page, &filled).await.is(303);
            assert_eq!(entered.header("location"), Some(leads_to), "{wanted}");
            let inside = browser.get(&format!("/login?return_to={encoded}")).await;
            assert_eq!(inside.header("location"), (leads_to != "/login").then_some(leads_to), "{wanted}");
        }
    });
}

#[test]
fn a_new_password_ends_the_sessions_of_browsers_too() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let mut browser = Browser::new(gateway);
        let _ = enter(&mut browser, &ada).await.is(303);
        let change = json!({ "current_password": ada.password, "password": "another sentence entirely" });
        let _ = ada.post("/auth/password/change", &change).await.is(200);
        assert!(!is_inside(&mut browser, &ada).await);
    });
}
