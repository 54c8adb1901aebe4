//! On where people are sent back to (RFC 9700 section 4.1).

use crate::browser::encoded;
use crate::oauth_app::{App, BACK, parameter};
use crate::pages_consent::cast;
use crate::pages_login::enter;
use mainstay_testkit::gateway::{Actor as _, Gateway, Person, on_each_gateway};
use serde_json::json;

/// Addresses that are not `https://app.example.com/back`, whatever a careless comparison makes of them.
const LOOK_ALIKES: [(&str, &str); 24] = [
    ("more behind it", "https://app.example.com/backwards"),
    ("a folder below", "https://app.example.com/back/more"),
    ("a longer host", "https://app.example.com.evil.example/back"),
    ("a longer host, encoded", "https://app.example.com%2eevil.example/back"),
    ("a host below", "https://evil.app.example.com/back"),
    ("another host", "https://evil.example/back"),
    ("the address as a path", "https://evil.example/https://app.example.com/back"),
    ("the address as a query", "https://evil.example/?https://app.example.com/back"),
    ("the address as a user", "https://app.example.com@evil.example/back"),
    ("the address as a user with a password", "https://app.example.com:443@evil.example/back"),
    ("a user before it", "https://evil@app.example.com/back"),
    ("a backslash", "https://evil.example\\@app.example.com/back"),
    ("a backslash that ends the host", "https://evil.example\\.app.example.com/back"),
    ("a path that climbs", "https://app.example.com/back/../evil"),
    ("a path that climbs, encoded", "https://app.example.com/back/%2e%2e/evil"),
    ("a path that climbs, encoded twice", "https://app.example.com/back/%252e%252e/evil"),
    ("a slash, encoded", "https://app.example.com/back%2fmore"),
    ("a fragment", "https://app.example.com/back#evil"),
    ("a query", "https://app.example.com/back?to=https://evil.example"),
    ("another port", "https://app.example.com:8443/back"),
    ("another scheme", "http://app.example.com/back"),
    ("other letters", "https://app.example.com/BACK"),
    ("no scheme", "//app.example.com/back"),
    ("a script", "javascript:alert('https://app.example.com/back')"),
];

#[test]
fn nobody_is_led_to_an_address_that_only_looks_like_the_registered_one() {
    on_each_gateway(async |gateway| {
        let (app, ada, mut browser) = cast(gateway).await;
        for is_inside in [false, true] {
            if is_inside {
                let _ = enter(&mut browser, &ada).await.is(303);
            }
            for (what, address) in LOOK_ALIKES {
                // Neither with an answer nor with an error.
                for more in ["", "&prompt=none", "&response_type=x"] {
                    let asked = app.question(more).replace(BACK, &encoded(address));
                    let told = browser.get(&asked).await.is(400);
                    assert!(told.is_page() && told.header("location").is_none(), "{what}: {told:?}");
                }
                let asked = app.question("").replace(BACK, &encoded(address));
                let refused = ada.get(&asked).await.is(400);
                assert_eq!(refused.text("/error_description"), "redirect_uri doesn't match", "{what}");
            }
        }
        for same in
            ["https://app.example.com/x/../back", "https://APP.example.com:443/b%61ck", "https://app.example.com/back/"]
        {
            let back = ada.get(&app.question("").replace(BACK, &encoded(same))).await.is(200).text("/redirect_url");
            assert!(back.starts_with(&format!("{BACK}?")), "it is the registered address that is gone to: {back}");
        }
    });
}

/// Where a client that is registered at an address is answered when it asks for another.
async fn answered(gateway: &Gateway, ada: &Person, registered: &str, asked: &str) -> Option<String> {
    let body = json!({ "name": "App", "redirect_uri": registered });
    let app = App::made(gateway, &ada.post("/oauth/clients", &body).await.is(201));
    let answer = ada.get(&app.question("").replace(BACK, &encoded(asked))).await;
    (answer.status == 200).then(|| answer.text("/redirect_url"))
}

/// RFC 8252 section 7.3.
#[test]
fn only_an_address_of_this_machine_may_have_another_port() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        for (registered, asked) in [
            ("http://127.0.0.1:3000/back", "http://127.0.0.1:51004/back"),
            ("http://[::1]/back", "http://[::1]:51004/back"),
        ] {
            let back = answered(gateway, &ada, registered, asked).await.expect("an answer");
            assert!(back.starts_with(asked) && parameter(&back, "code").is_some(), "{back}");
        }
        for (registered, asked) in [
            ("http://localhost:3000/back", "http://localhost:51004/back"),
            ("http://127.0.0.1:3000/back", "http://localhost:3000/back"),
            ("http://127.0.0.1:3000/back", "http://127.0.0.1.evil.example:3000/back"),
            ("http://127.0.0.1:3000/back", "http://127.0.0.1:51004/other"),
            ("http://127.0.0.1:3000/back", "http://evil@127.0.0.1:3000/back"),
            ("https://app.example.com/back", "https://app.example.com:51004/back"),
            ("https://127.0.0.1/back", "https://127.0.0.1:51004/back"),
        ] {
            assert_eq!(answered(gateway, &ada, registered, asked).await, None, "{registered} {asked}");
        }
    });
}
