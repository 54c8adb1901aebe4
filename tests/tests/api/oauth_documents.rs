//! Clients that call themselves by the address of a document that describes them, and keys that are kept elsewhere.

use crate::browser::Browser;
use crate::oauth_app::{BACK, VERIFIER, parameter, with};
use crate::pages_login::enter;
use crate::shelf::Shelf;
use crate::signer::Signer;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mainstay_testkit::gateway::{Actor as _, Gateway, Launch, on_each_gateway, on_own_gateways};
use serde_json::json;
use sha2::{Digest as _, Sha256};

fn open(launch: Launch) -> Launch {
    // The documents of this test are on this machine.
    launch.set("OAUTH_CLIENT_DOCUMENTS", "true").set("WEBHOOKS_ALLOW_PRIVATE", "true")
}

fn question(client_id: &str) -> String {
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
    format!(
        "/oauth/authorize?response_type=code&client_id={client_id}&redirect_uri={BACK}&code_challenge={challenge}\
         &code_challenge_method=S256"
    )
}

#[test]
fn a_client_is_who_its_document_says() {
    on_own_gateways(open, async |gateway: &mut Gateway| {
        let shelf = Shelf::open();
        let client_id = shelf.address("/client.json");
        shelf.put(
            "/client.json",
            &json!({ "client_id": client_id, "client_name": "Described", "redirect_uris": [BACK] }),
        );
        let (ada, mut browser) = (gateway.person("ada").await, Browser::new(gateway));
        let _ = enter(&mut browser, &ada).await.is(303);
        let consent = browser.get(&question(&client_id)).await.is(200);
        let html = consent.page();
        assert!(html.contains("Let Described use") && html.contains("whoever runs 127.0.0.1:"), "{html}");
        assert!(html.contains("Nobody here has checked"), "{html}");
        let back = ada.get(&question(&client_id)).await.is(200).text("/redirect_url");
        let code = parameter(&back, "code").expect("a code");
        let request = json!({
            "grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER,
            "client_id": client_id
        });
        let tokens = gateway.nobody().post("/oauth/token", &request).await.is(200);
        let bearer = format!("Bearer {}", tokens.text("/access_token"));
        let _ = gateway.nobody().get("/oauth/userinfo").header("authorization", bearer).await.is(200);
        assert_eq!(ada.get("/oauth/grants").await.is(200).text("/0/clientId"), client_id);
        let told = gateway.nobody().get("/.well-known/oauth-authorization-server").await.is(200);
        assert_eq!(told.at("/client_id_metadata_document_supported"), json!(true));
        for missing in ["/other.json", "/"] {
            let refused = ada.get(&question(&shelf.address(missing))).await.is(400);
            assert_eq!(refused.text("/error"), "invalid_client");
        }
        let shown = browser.get(&question(&shelf.address("/other.json"))).await.is(400);
        assert!(shown.is_page() && shown.header("location").is_none(), "{shown:?}");
    });
}

#[test]
fn keys_are_fetched_where_a_client_keeps_them() {
    on_own_gateways(open, async |gateway: &mut Gateway| {
        let (shelf, signer, ada) = (Shelf::open(), Signer::new(), gateway.person("ada").await);
        shelf.put("/keys.json", &signer.set());
        let body = json!({
            "name": "App", "redirect_uri": BACK, "token_endpoint_auth_method": "private_key_jwt",
            "jwks_uri": shelf.address("/keys.json")
        });
        let client_id = ada.post("/oauth/clients", &body).await.is(201).text("/client_id");
        for jti in ["1", "2"] {
            let proof = signer.proof(&client_id, gateway.url(), jti);
            let request = with(json!({ "grant_type": "client_credentials" }), &proof);
            let _ = gateway.nobody().post("/oauth/token", &request).await.is(200);
        }
    });
}

#[test]
fn unless_it_is_said_otherwise_no_document_counts_and_none_is_fetched() {
    on_each_gateway(async |gateway| {
        let shelf = Shelf::open();
        let client_id = shelf.address("/client.json");
        shelf.put("/client.json", &json!({ "client_id": client_id, "redirect_uris": [BACK] }));
        let ada = gateway.person("ada").await;
        let refused = ada.get(&question(&client_id)).await.is(400);
        assert_eq!(refused.text("/error_description"), "Invalid client_id");
        assert_eq!(shelf.fetches(), 0);
    });
}

#[test]
fn this_machine_and_its_network_are_not_asked() {
    let public = |launch: Launch| launch.set("OAUTH_CLIENT_DOCUMENTS", "true").unset("WEBHOOKS_ALLOW_PRIVATE");
    on_own_gateways(public, async |gateway: &mut Gateway| {
        let (shelf, ada) = (Shelf::open(), gateway.person("ada").await);
        let port = shelf.address("").rsplit(':').next().unwrap_or_default().to_owned();
        for host in ["http://127.0.0.1", "https://127.0.0.1", "https://localhost", "https://[::1]", "https://10.0.0.1"]
        {
            let refused = ada.get(&question(&format!("{host}:{port}/client.json"))).await.is(400);
            assert_eq!(refused.text("/error"), "invalid_client", "{host}");
        }
        assert_eq!(shelf.fetches(), 0);
    });
}
