//! What holds for every hosted page.

use crate::browser::{Browser, TAKES_HTML, form_to};
use mainstay_testkit::gateway::{Actor as _, Answer, Gateway, on_each_gateway, on_own_gateways};
use serde_json::Value;
use std::collections::BTreeSet;

/// Every route of pages, and what nobody gets from it. What stands in braces in the document is `x` here.
const ROUTES: [(&str, &str, u16); 29] = [
    ("GET", "/", 200),
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

/// What the document names among the pages, and is none.
const FILES: [&str; 4] = ["/favicon.ico", "/assets/page.css", "/assets/page.js", "/assets/mark.svg"];

#[test]
fn every_page_that_the_document_names_is_in_the_table_and_the_other_way_round() {
    on_each_gateway(async |gateway| {
        let document = gateway.nobody().get("/swagger.json").await.is(200).json();
        let text = |page: &Value, name: &str| page[name].as_str().expect("a text").to_owned();
        let filled = |path: String| {
            let parts = path.split('/').map(|part| if part.starts_with('{') { "x" } else { part });
            parts.collect::<Vec<_>>().join("/")
        };
        let pages = document["x-pages"].as_array().expect("pages").iter();
        let declared: BTreeSet<_> = pages.map(|page| (text(page, "method"), filled(text(page, "path")))).collect();
        let files = FILES.iter().map(|path| ("GET", *path));
        let visited = ROUTES.iter().map(|(method, path, _)| (*method, path.split('?').next().unwrap_or(path)));
        let visited: BTreeSet<_> =
            visited.chain(files).map(|(method, path)| (method.to_owned(), path.to_owned())).collect();
        assert_eq!(declared, visited);
    });
}

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
            for path in [path.to_owned(), format!("{}/?{query}", bare.trim_end_matches('/'))] {
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
fn whoever_goes_astray_sees_a_page_and_a_program_gets_json() {
    on_each_gateway(async |gateway| {
        let (nobody, tenant) = (gateway.nobody(), gateway.tenant().await);
        for path in
            ["/nothing", "/no/such/page/", "/api/v1/nothing", "/auth/nothing", "/oauth/nothing", "/docs/nothing"]
        {
            let lost = nobody.get(path).header("accept", TAKES_HTML).await.is(404);
            is_safe(&lost);
            assert!(lost.headers.contains_key("x-ratelimit-remaining"), "{path}");
            for program in [
                nobody.get(path),
                nobody.get(path).header("accept", "*/*"),
                nobody.call("POST", path).header("accept", TAKES_HTML),
                tenant.key.get(path).header("accept", TAKES_HTML),
            ] {
                let told = program.await.is(404);
                assert_eq!(told.header("content-type"), Some("application/json"), "{path}");
            }
        }
        // What is there is told in the words of its surface.
        let refused = nobody.get("/auth/me").header("accept", TAKES_HTML).await.is(401);
        assert_eq!(refused.text("/code"), "UNAUTHORIZED");
    });
}

#[test]
fn the_bare_address_leads_browsers_to_where_people_come_in_and_is_nothing_to_programs() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let mut browser = Browser::new(gateway);
        let front = browser.get("/").await.is(200).page();
        for link in ["/login", "/sign-up", "/docs"] {
            assert!(front.contains(&format!("<a href=\"{link}\"")), "{link}: {front}");
        }
        let login = browser.get("/login").await.is(200);
        let _ = browser.fill(&login, &[("email", &ada.email), ("password", ada.password)]).await.is(303);
        let front = browser.get("/").await.is(200);
        assert!(front.page().contains("<a href=\"/projects\"") && !front.page().contains("/sign-up"), "{front:?}");
        let out = browser.send(&form_to(&front, "/logout")).await;
        let _ = browser.follow(out).await.is(200);
        assert!(browser.get("/").await.page().contains("/sign-up"));
        let nobody = gateway.nobody();
        for program in [nobody.get("/"), nobody.get("/").header("accept", "application/json"), ada.get("/")] {
            assert_eq!(program.await.is(404).text("/error"), "not_found");
        }
        let wrong = nobody.call("DELETE", "/").header("accept", TAKES_HTML).await.is(405);
        assert_eq!(wrong.header("allow"), Some("GET"));
    });
}

#[test]
fn browsers_find_a_mark_where_they_look_for_one() {
    on_each_gateway(async |gateway| {
        let mark = gateway.nobody().get("/favicon.ico").header("accept", "image/*").await.is(200);
        assert_eq!(mark.header("content-type"), Some("image/svg+xml"));
        assert!(mark.header("cache-control").is_some_and(|keep| keep.contains("max-age")));
        assert_eq!(mark.body, gateway.nobody().get("/assets/mark.svg").await.is(200).body);
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

#[test]
fn a_flood_of_a_browser_is_turned_away_on_a_page() {
    on_own_gateways(
        |launch| launch.set("ANONYMOUS_RATE_LIMIT", "5"),
        async |gateway: &mut Gateway| {
            let mut browser = Browser::new(gateway);
            let mut refused = 0;
            for number in 0..30 {
                let path = if number % 2 == 0 { "/forgot-password" } else { "/nothing" };
                let answer = browser.get(path).await;
                is_safe(&answer);
                if answer.status == 429 {
                    assert!(answer.page().contains("Please wait"), "{answer:?}");
                    for name in ["retry-after", "x-ratelimit-limit", "x-ratelimit-remaining", "x-request-id"] {
                        assert!(answer.headers.contains_key(name), "no {name}: {answer:?}");
                    }
                    refused += 1;
                }
            }
            assert_eq!(refused, 25, "by the limit, and then before anything is done for them");
        },
    );
}
