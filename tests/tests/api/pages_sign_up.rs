//! `/sign-up`: from an address to an account, page by page.

use crate::browser::{Browser, form_to};
use crate::sign_up::PASSWORD;
use mainstay_testkit::gateway::{Actor as _, fresh_email, on_each_gateway};
use serde_json::json;

#[test]
fn an_address_a_code_and_a_password_make_an_account_whose_browser_is_logged_in() {
    on_each_gateway(async |gateway| {
        let email = fresh_email("grace");
        let mut browser = Browser::new(gateway);
        let page = browser.get("/sign-up").await.is(200);
        let sent = browser.fill(&page, &[("email", &email)]).await.is(303);
        assert_eq!(sent.header("location"), Some("/sign-up/code"));
        let page = browser.follow(sent).await.is(200);
        assert!(page.page().contains(&format!("We sent a code to {email}.")), "{page:?}");
        let wrong = browser.fill(&page, &[("code", "12345x")]).await.is(422);
        assert!(wrong.page().contains("The code is wrong."), "{wrong:?}");
        let code = gateway.letter_to(&email).await.code();
        let proven = browser.fill(&wrong, &[("code", &code)]).await.is(303);
        let again = browser.fill(&wrong, &[("code", &code)]).await.is(303);
        assert_eq!(again.header("location"), Some("/sign-up/password"), "a code that is sent twice is no trap");
        let page = browser.follow(proven).await.is(200);
        let short = browser.fill(&page, &[("password", "short")]).await.is(422);
        assert!(short.page().contains("Use at least 8 characters."), "{short:?}");
        let done = browser.fill(&short, &[("password", PASSWORD)]).await.is(303);
        let inside = browser.follow(done).await.is(200);
        assert!(inside.page().contains(&format!("You are logged in as {email}.")), "{inside:?}");
        assert!(!browser.cookies.contains_key("mainstay-sign-up"));
        let credentials = json!({ "email": email, "password": PASSWORD });
        let opened = gateway.nobody().post("/auth/login", &credentials).await.is(200);
        let grace = gateway.nobody().with_credential(&opened.text("/token"));
        assert_eq!(grace.get("/api/v1/workspaces").await.is(200).number("/meta/total"), 1, "the personal one");
    });
}

#[test]
fn an_address_with_an_account_is_led_to_the_login() {
    on_each_gateway(async |gateway| {
        let known = gateway.person("known").await;
        let mut browser = Browser::new(gateway);
        let page = browser.get("/sign-up").await.is(200);
        let told = browser.fill(&page, &[("email", &known.email)]).await.is(422);
        assert!(told.page().contains("There is an account with this email already."), "{told:?}");
        assert!(told.page().contains(r#"href="/login""#), "{told:?}");
    });
}

#[test]
fn no_page_of_a_sign_up_can_be_come_to_before_the_one_ahead_of_it() {
    on_each_gateway(async |gateway| {
        let mut browser = Browser::new(gateway);
        for path in ["/sign-up/code", "/sign-up/password"] {
            assert_eq!(browser.get(path).await.is(303).header("location"), Some("/sign-up"), "{path}");
        }
        let page = browser.get("/sign-up").await.is(200);
        let email = fresh_email("eager");
        let sent = browser.fill(&page, &[("email", &email)]).await.is(303);
        let code = browser.follow(sent).await.is(200);
        assert_eq!(browser.get("/sign-up/password").await.is(303).header("location"), Some("/sign-up"));
        let skipped = form_to(&code, "/sign-up/code").with(&[("password", PASSWORD)]);
        let skipped = crate::browser::Form { action: "/sign-up/password".to_owned(), ..skipped };
        assert_eq!(browser.send(&skipped).await.is(303).header("location"), Some("/sign-up"));
        let credentials = json!({ "email": email, "password": PASSWORD });
        let _ = gateway.nobody().post("/auth/login", &credentials).await.is(401);
    });
}

#[test]
fn another_code_is_sent_when_it_is_asked_for_not_too_soon() {
    on_each_gateway(async |gateway| {
        let mut browser = Browser::new(gateway);
        let page = browser.get("/sign-up").await.is(200);
        let sent = browser.fill(&page, &[("email", &fresh_email("impatient"))]).await.is(303);
        let page = browser.follow(sent).await.is(200);
        let slowed = browser.send(&form_to(&page, "/sign-up/resend")).await.is(429);
        assert!(slowed.page().contains("Please wait ") && slowed.headers.contains_key("retry-after"), "{slowed:?}");
    });
}
