//! `/.well-known`: what clients find out by themselves.

use crate::browser::TAKES_HTML;
use mainstay_testkit::gateway::{Actor as _, Gateway, Launch, on_each_gateway, on_own_gateways};
use serde_json::json;

const CONFIGURATION: &str = "/.well-known/openid-configuration";

#[test]
fn the_metadata_name_routes_that_are_there_and_both_documents_say_the_same() {
    on_each_gateway(async |gateway| {
        let nobody = gateway.nobody();
        let metadata = nobody.get(CONFIGURATION).await.is(200);
        let other = nobody.get("/.well-known/oauth-authorization-server/").await.is(200);
        assert_eq!(metadata.json(), other.json());
        assert_eq!(metadata.text("/issuer"), gateway.url());
        let document = nobody.get("/swagger.json").await.is(200).json();
        let mut named = 0;
        for (name, value) in metadata.json().as_object().expect("an object") {
            if name.ends_with("_endpoint") || name == "jwks_uri" {
                let path = value.as_str().and_then(|url| url.strip_prefix(gateway.url())).expect("an address of ours");
                named += 1;
                if name == "end_session_endpoint" {
                    // A page, and so in no document.
                    let _ = nobody.get(path).header("accept", TAKES_HTML).await.is(200);
                    continue;
                }
                assert!(document["paths"].get(path).is_some(), "{name} leads to {path}, which is not there");
            }
        }
        assert_eq!(named, 8);
    });
}

#[test]
fn the_metadata_promise_what_is_done() {
    on_each_gateway(async |gateway| {
        let metadata = gateway.nobody().get(CONFIGURATION).await.is(200);
        for (name, value) in [
            ("response_types_supported", json!(["code"])),
            (
                "grant_types_supported",
                json!([
                    "authorization_code",
                    "refresh_token",
                    "client_credentials",
                    "urn:ietf:params:oauth:grant-type:device_code"
                ]),
            ),
            ("code_challenge_methods_supported", json!(["S256"])),
            ("id_token_signing_alg_values_supported", json!(["ES256", "RS256"])),
            ("scopes_supported", json!(["openid", "profile", "email", "project:read", "mcp:read", "mcp:write"])),
            (
                "token_endpoint_auth_methods_supported",
                json!(["none", "client_secret_basic", "client_secret_post", "private_key_jwt"]),
            ),
            ("token_endpoint_auth_signing_alg_values_supported", json!(["RS256", "PS256", "ES256", "EdDSA"])),
            ("request_uri_parameter_supported", json!(false)),
        ] {
            assert_eq!(metadata.at(&format!("/{name}")), value, "{name}");
        }
    });
}

#[test]
fn the_documents_may_be_kept_and_read_from_anywhere() {
    on_each_gateway(async |gateway| {
        for path in [CONFIGURATION, "/.well-known/oauth-authorization-server", "/.well-known/jwks.json"] {
            let answer = gateway.nobody().get(path).header("origin", "https://spa.example.com").await.is(200);
            assert_eq!(answer.header("cache-control"), Some("public, max-age=600"));
            let varies = answer.headers.get_all("vary").iter().any(|value| value == "origin");
            assert!(varies, "kept for one origin, it is not for another: {answer:?}");
            assert_eq!(answer.header("access-control-allow-origin"), Some("https://spa.example.com"));
            assert!(!answer.headers.contains_key("access-control-allow-credentials"));
        }
        let keys = gateway.nobody().get("/.well-known/jwks.json").await.is(200);
        assert_eq!(keys.fields("/keys/0"), ["alg", "crv", "kid", "kty", "use", "x", "y"], "and nothing private");
    });
}

fn with_an_app(launch: Launch) -> Launch {
    launch.set("CORS_ORIGINS", "https://app.example.com")
}

#[test]
fn applications_in_browsers_reach_what_is_for_clients_and_nothing_else() {
    on_own_gateways(with_an_app, async |gateway: &mut Gateway| {
        let ask = |path: &str| {
            let preflight = gateway.nobody().call("OPTIONS", path).header("origin", "https://spa.example.com");
            preflight
                .header("access-control-request-method", "POST")
                .header("access-control-request-headers", "authorization")
        };
        for path in ["/oauth/token", "/oauth/userinfo", "/oauth/revoke"] {
            let allowed = ask(path).await;
            assert_eq!(allowed.header("access-control-allow-origin"), Some("https://spa.example.com"), "{path}");
        }
        for path in ["/oauth/introspect", "/oauth/clients", "/oauth/authorize", "/auth/login"] {
            let refused = ask(path).await;
            assert!(!refused.headers.contains_key("access-control-allow-origin"), "{path}");
        }
    });
}
