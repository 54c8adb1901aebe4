//! What holds for every hosted page.

use crate::browser::{Browser, TAKES_HTML};
use mainstay_testkit::gateway::{Actor as _, Answer, Gateway, on_each_gateway, on_own_gateways};
use std::collections::BTreeSet;

/// Every route of pages, and what nobody gets from it.
const ROUTES: [(&str, &str, u16); 28] = [
    ("GET", "/login", 200),
    ("POST", "/login", 403),
    ("GET", "/login/second-factor", 410),
    ("POST", "/login/second-factor", 403),
    ("POST", "/logout", 403),
    ("GET", "/sign-up", 200),
    ("POST", "/sign-up", 403),
    ("GET", "/sign-up/code", 303),
    ("POST", "/sign-up/code", 403),
    ("POST", "/sign-up/resend", 403),
    ("GET", "/sign-up/password", 303),
    ("POST", "/sign-up/password", 403),
    ("GET", "/device", 303),
    ("POST", "/device", 403),
    ("POST", "/device/decision", 403),
    ("GET", "/oauth/authorize", 400),
    ("POST", "/oauth/authorize", 403),
    ("GET", "/oauth/logout", 200),
    ("POST", "/oauth/logout", 303),
    ("POST", "/oauth/logout/confirm", 403),
    ("GET", "/invites/x", 404),
    ("POST", "/invites/x", 403),
    ("GET", "/projects", 303),
    ("GET", "/projects/x", 303),
    ("GET", "/forgot-password", 200),
    ("POST", "/forgot-password", 403),
    ("GET", "/reset-password?token=x", 410),
    ("POST", "/reset-password", 403),
];

fn is_safe(answer: &Answer) {
    let html = answer.page();
    let policy = answer.header("content-security-policy").expect("a policy");
    for part in [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "require-trusted-types-for 'script'",
    ] {
        assert!(policy.split("; ").any(|own| own == part), "{part} is missing: {policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert!(html.starts_with("<!doctype html>\n<html lang=\"en\">"), "{html}");
    let scripts = html.matches("<script").count();
    assert_eq!((scripts, html.matches("<script type=\"module\" src=\"/assets/").count()), (1, 1), "{html}");
    for inline in ["<style", " style=", " onclick=", " onsubmit=", "javascript:", "http://", "https://"] {
        assert!(!html.contains(inline), "{inline} on {html}");
    }
    for input in html.split("<input ").skip(1).filter(|input| !input.contains("hidden")) {
        let id = input.split('"').nth(1).expect("an id");
        assert!(html.contains(&format!("<label for=\"{id}\">")), "{id} has a label: {html}");
        assert!(input.contains("autocomplete=\""), "{input}");
    }
}

#[test]
fn every_page_is_visited_as_nobody_and_is_safe() {
    on_each_gateway(async |gateway| {
        for (method, path, status) in ROUTES {
            let (bare, query) = path.split_once('?').unwrap_or((path, ""));
            for path in [path.to_owned(), format!("{bare}/?{query}")] {
                let call = gateway.nobody().call(method, &path).header("accept", TAKES_HTML);
                let answer = call.body("application/x-www-form-urlencoded", "").await.is(status);
                if status != 303 {
                    is_safe(&answer);
                }
            }
        }
    });
}

/// `/login` of `/login/second-factor`.
fn first_part(path: &str) -> &str {
    let end = path[1..].find(['/', '?']).map_or(path.len(), |at| at + 1);
    &path[..end]
}

#[test]
fn what_goes_wrong_on_pages_is_told_on_a_page() {
    on_each_gateway(async |gateway| {
        let nobody = gateway.nobody();
        let above = |path: &'static str| if path.starts_with("/oauth/") { path } else { first_part(path) };
        let prefixes: BTreeSet<_> = ROUTES.iter().map(|(_, path, _)| above(path)).collect();
        for prefix in prefixes {
            let lost = nobody.get(&format!("{prefix}/no/such/page")).header("accept", TAKES_HTML).await.is(404);
            is_safe(&lost);
        }
        let wrong_method = nobody.call("DELETE", "/forgot-password").await.is(405);
        is_safe(&wrong_method);
        assert_eq!(wrong_method.header("allow"), Some("GET, POST"));
        let large = vec![b'x'; 2 * 1024 * 1024];
        let call = nobody.call("POST", "/forgot-password").body("application/x-www-form-urlencoded", large);
        is_safe(&call.await.is(413));
        is_safe(&nobody.get("/forgot-password?email=a&email=b").await.is(400));
    });
}

#[test]
fn assets_come_from_here_and_may_be_kept() {
    on_each_gateway(async |gateway| {
        let html = Browser::new(gateway).get("/forgot-password").await.is(200).page();
        let assets: Vec<_> = html.split('"').filter(|part| part.starts_with("/assets/")).collect();
        assert_eq!(assets.len(), 3, "{html}");
        for asset in assets {
            let found = gateway.nobody().get(asset).await.is(200);
            assert!(found.header("cache-control").is_some_and(|keep| keep.contains("immutable")), "{asset}");
            assert!(!found.body.is_empty(), "{asset}");
        }
        let _ = gateway.nobody().get("/assets/../Cargo.toml").await.is(404);
        let _ = gateway.nobody().get("/assets/nothing.css").await.is(404);
    });
}

#[test]
fn a_page_that_is_asked_for_too_often_says_how_long_to_wait_and_bears_the_brand() {
    on_own_gateways(
        |launch| launch.set("ANONYMOUS_RATE_LIMIT", "2").set("BRAND_NAME", "Acme <b>& Söhne"),
        async |gateway: &mut Gateway| {
            let mut browser = Browser::new(gateway);
            let page = browser.get("/forgot-password").await.is(200);
            assert!(page.page().contains("Acme &#60;b&#62;&#38; Söhne"), "{page:?}");
            let _ = browser.get("/forgot-password").await.is(200);
            let slowed = browser.get("/forgot-password").await.is(429);
            is_safe(&slowed);
            assert!(slowed.page().contains("Please wait") && slowed.headers.contains_key("retry-after"));
            assert!(slowed.page().contains("Acme &#60;b&#62;"), "{slowed:?}");
        },
    );
}
