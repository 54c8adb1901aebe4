//! `/oauth/register`: clients that register themselves, where the installation lets them.

use crate::browser::Browser;
use crate::oauth_app::{App, BACK, with};
use crate::pages_login::enter;
use mainstay_testkit::gateway::{Actor as _, Answer, Call, Gateway, Launch, on_each_gateway, on_own_gateways};
use serde_json::{Value, json};

const PATH: &str = "/oauth/register";

fn open(launch: Launch) -> Launch {
    launch.set("OAUTH_REGISTRATION", "true")
}

fn said(more: &Value) -> Value {
    with(json!({ "redirect_uris": [BACK], "client_name": "Self-made", "logo_uri": "https://x.example/" }), more)
}

async fn register(gateway: &Gateway, more: &Value) -> Answer {
    let made = gateway.nobody().post(PATH, &said(more)).await.is(201);
    assert_eq!(made.header("cache-control"), Some("no-store"));
    made
}

fn manage(gateway: &Gateway, method: &str, registered: &Answer) -> Call {
    let token = registered.text("/registration_access_token");
    let path = format!("{PATH}/{}", registered.text("/client_id"));
    gateway.nobody().call(method, &path).header("authorization", format!("Bearer {token}"))
}

#[test]
fn a_client_registers_itself_is_told_what_was_registered_and_people_may_let_it_in() {
    on_own_gateways(open, async |gateway: &mut Gateway| {
        let made = register(gateway, &json!({})).await;
        assert_eq!(made.at("/grant_types"), json!(["authorization_code", "refresh_token"]));
        assert_eq!(made.text("/token_endpoint_auth_method"), "client_secret_basic");
        assert_eq!(
            (made.at("/client_secret_expires_at"), made.text("/scope").as_str()),
            (json!(0), "openid profile email mcp:read mcp:write")
        );
        assert!(made.json().get("logo_uri").is_none(), "what is not supported is not registered");
        let own = format!("{}{PATH}/{}", gateway.url(), made.text("/client_id"));
        assert_eq!(made.text("/registration_client_uri"), own);
        let (ada, mut browser) = (gateway.person("ada").await, Browser::new(gateway));
        let app = App::self_made(gateway, &made);
        let tokens = app.tokens(&ada, "").await;
        let _ = app.userinfo(&tokens.text("/access_token")).await.is(200);
        let other = App::self_made(gateway, &register(gateway, &json!({})).await);
        let _ = enter(&mut browser, &ada).await.is(303);
        let consent = browser.get(&other.question("")).await.is(200);
        let html = consent.page();
        assert!(html.contains("it registered itself") && html.contains("Nobody here has checked"), "{html}");
        let itself = app.ask("/oauth/token", &json!({ "grant_type": "client_credentials" })).await.is(400);
        assert_eq!(itself.text("/error"), "unauthorized_client");
    });
}

#[test]
fn a_client_reads_replaces_and_deletes_what_it_registered() {
    on_own_gateways(open, async |gateway: &mut Gateway| {
        let made = register(gateway, &json!({})).await;
        let read = manage(gateway, "GET", &made).await.is(200);
        assert!(read.json().get("client_secret").is_none(), "it is shown once");
        assert_eq!(read.text("/registration_access_token"), made.text("/registration_access_token"));
        let to = with(said(&json!({ "client_name": "Renamed" })), &json!({ "client_id": made.text("/client_id") }));
        let changed = manage(gateway, "PUT", &made).json(&to).await.is(200);
        assert_eq!(changed.text("/client_name"), "Renamed");
        let strange = with(to.clone(), &json!({ "client_id": "0123456789abcdef0123456789abcdef" }));
        let refused = manage(gateway, "PUT", &made).json(&strange).await.is(400);
        assert_eq!(refused.text("/error"), "invalid_client_metadata");
        let stranger = register(gateway, &json!({})).await;
        let path = format!("{PATH}/{}", made.text("/client_id"));
        let bearer = format!("Bearer {}", stranger.text("/registration_access_token"));
        for method in ["GET", "DELETE"] {
            let refused = gateway.nobody().call(method, &path).header("authorization", &bearer).await.is(401);
            assert_eq!(refused.text("/error"), "invalid_token");
            let _ = gateway.nobody().call(method, &path).await.is(401);
        }
        let _ = manage(gateway, "DELETE", &made).await.is(204);
        let _ = manage(gateway, "GET", &made).await.is(401);
    });
}

#[test]
fn what_cannot_be_registered_is_told_in_the_words_of_the_standard() {
    on_own_gateways(open, async |gateway: &mut Gateway| {
        for (more, error) in [
            (json!({ "redirect_uris": [] }), "invalid_redirect_uri"),
            (json!({ "redirect_uris": null }), "invalid_redirect_uri"),
            (json!({ "redirect_uris": ["http://app.example.com/"] }), "invalid_redirect_uri"),
            (json!({ "token_endpoint_auth_method": "client_secret_jwt" }), "invalid_client_metadata"),
            (json!({ "token_endpoint_auth_method": "private_key_jwt" }), "invalid_client_metadata"),
            (json!({ "grant_types": ["password"] }), "invalid_client_metadata"),
            (json!({ "redirect_uris": "x" }), "invalid_redirect_uri"),
            (json!({ "redirect_uris": [7] }), "invalid_redirect_uri"),
            (json!({ "client_name": 7 }), "invalid_client_metadata"),
            (json!({ "grant_types": "authorization_code" }), "invalid_client_metadata"),
            (json!({ "id_token_signed_response_alg": "none" }), "invalid_client_metadata"),
            (json!({ "id_token_signed_response_alg": ["RS256"] }), "invalid_client_metadata"),
        ] {
            let refused = gateway.nobody().post(PATH, &said(&more)).await.is(400);
            assert_eq!(refused.text("/error"), error, "{more}");
        }
    });
}

#[test]
fn the_same_from_the_same_place_registers_once_and_too_many_wait() {
    on_own_gateways(open, async |gateway: &mut Gateway| {
        let public = said(&json!({ "token_endpoint_auth_method": "none" }));
        let place = gateway.nobody();
        let first = place.post(PATH, &public).await.is(201);
        let second = place.post(PATH, &public).await.is(201);
        assert_eq!(first.text("/client_id"), second.text("/client_id"));
        assert!(second.json().get("registration_access_token").is_none());
        let elsewhere = gateway.nobody().post(PATH, &public).await.is(201);
        assert_ne!(first.text("/client_id"), elsewhere.text("/client_id"));
        for _ in 2..20 {
            let _ = place.post(PATH, &public).await.is(201);
        }
        let late = place.post(PATH, &public).await.is(429);
        assert!(late.header("retry-after").is_some());
    });
}

#[test]
fn the_metadata_name_the_endpoint_and_applications_in_browsers_reach_it() {
    on_own_gateways(open, async |gateway: &mut Gateway| {
        for document in ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"] {
            let told = gateway.nobody().get(document).await.is(200);
            assert_eq!(told.text("/registration_endpoint"), format!("{}{PATH}", gateway.url()));
        }
        let call = gateway.nobody().post(PATH, &said(&json!({}))).header("origin", "https://spa.example.com");
        let made = call.await.is(201);
        assert_eq!(made.header("access-control-allow-origin"), Some("https://spa.example.com"));
    });
}

#[test]
fn unless_it_is_said_otherwise_nobody_registers() {
    on_each_gateway(async |gateway| {
        let refused = gateway.nobody().post(PATH, &said(&json!({}))).await.is(404);
        assert_eq!(refused.text("/code"), "REGISTRATION_CLOSED");
        let told = gateway.nobody().get("/.well-known/openid-configuration").await.is(200);
        assert!(told.json().get("registration_endpoint").is_none());
        assert_eq!(told.at("/client_id_metadata_document_supported"), json!(false));
    });
}
