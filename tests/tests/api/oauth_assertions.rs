//! Clients that show themselves by what they signed, where they keep their keys, and what anybody may find out.

use crate::oauth_app::{BACK, refused, with};
use crate::signer::Signer;
use mainstay_testkit::gateway::{Actor as _, Gateway, Launch, Person, on_each_gateway, on_own_gateways};
use serde_json::{Value, json};

async fn registered(owner: &Person, signer: &Signer) -> (String, String) {
    let body = json!({
        "name": "App", "redirect_uri": BACK, "token_endpoint_auth_method": "private_key_jwt", "jwks": signer.set()
    });
    let made = owner.post("/oauth/clients", &body).await.is(201);
    assert_eq!(made.fields(""), ["client_id", "id", "name", "redirect_uri"], "it has a key of its own");
    (made.text("/id"), made.text("/client_id"))
}

fn for_itself(gateway: &Gateway, signer: &Signer, client_id: &str, jti: &str) -> Value {
    with(json!({ "grant_type": "client_credentials" }), &signer.proof(client_id, gateway.url(), jti))
}

#[test]
fn a_client_shows_itself_by_what_it_signed_and_each_assertion_is_good_once() {
    on_each_gateway(async |gateway| {
        let (ada, signer, nobody) = (gateway.person("ada").await, Signer::new(), gateway.nobody());
        let (_, client_id) = registered(&ada, &signer).await;
        let proof = for_itself(gateway, &signer, &client_id, "1");
        let tokens = nobody.post("/oauth/token", &proof).await.is(200);
        let again = nobody.post("/oauth/token", &proof);
        let _ = refused(again, 401, "invalid_client", "Invalid client credentials").await;
        let question = json!({ "token": tokens.text("/access_token") });
        let question = with(question, &signer.proof(&client_id, gateway.url(), "2"));
        assert_eq!(nobody.post("/oauth/introspect", &question).await.is(200).at("/active"), json!(true));
        let other = for_itself(gateway, &Signer::new(), &client_id, "3");
        let _ = refused(nobody.post("/oauth/token", &other), 401, "invalid_client", "Invalid client credentials").await;
        let twice = with(for_itself(gateway, &signer, &client_id, "4"), &json!({ "client_secret": "x" }));
        let sentence = "The client must say in one way who it is.";
        let _ = refused(nobody.post("/oauth/token", &twice), 400, "invalid_request", sentence).await;
        let odd = with(for_itself(gateway, &signer, &client_id, "5"), &json!({ "client_assertion_type": "x" }));
        let sentence = "Invalid client_assertion_type";
        let _ = refused(nobody.post("/oauth/token", &odd), 400, "invalid_request", sentence).await;
    });
}

#[test]
fn how_a_client_shows_itself_is_shown_and_its_keys_can_be_changed() {
    on_each_gateway(async |gateway| {
        let (ada, old, new) = (gateway.person("ada").await, Signer::new(), Signer::new());
        let (id, client_id) = registered(&ada, &old).await;
        let path = format!("/oauth/clients/{id}");
        let shown = ada.get(&path).await.is(200);
        assert_eq!(shown.text("/tokenEndpointAuthMethod"), "private_key_jwt");
        assert_eq!((shown.at("/jwks"), shown.at("/isPublic")), (old.set(), json!(false)));
        assert_eq!(ada.patch(&path, &json!({ "jwks": new.set() })).await.is(200).at("/jwks"), new.set());
        let nobody = gateway.nobody();
        let _ = nobody.post("/oauth/token", &for_itself(gateway, &old, &client_id, "1")).await.is(401);
        let _ = nobody.post("/oauth/token", &for_itself(gateway, &new, &client_id, "2")).await.is(200);
        let refused = ada.call("POST", &format!("{path}/rotate-secret")).await.is(409);
        assert_eq!(refused.text("/code"), "CLIENT_HAS_NO_SECRET");
    });
}

#[test]
fn a_client_is_not_registered_by_keys_or_methods_that_do_not_fit() {
    let public = |launch: Launch| launch.unset("WEBHOOKS_ALLOW_PRIVATE");
    on_own_gateways(public, async |gateway: &mut Gateway| {
        let (ada, signer) = (gateway.person("ada").await, Signer::new());
        for wrong in [
            json!({ "token_endpoint_auth_method": "private_key_jwt" }),
            json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": signer.set(), "jwks_uri": "https://a.example/k" }),
            json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "http://a.example/k" }),
            json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": signer.set(), "is_public": true }),
            json!({ "token_endpoint_auth_method": "client_secret_jwt" }),
            json!({ "token_endpoint_auth_method": "none", "is_public": false }),
            json!({ "jwks": signer.set() }),
        ] {
            let body = with(json!({ "name": "App", "redirect_uri": BACK }), &wrong);
            let answer = ada.post("/oauth/clients", &body).await.is(400);
            assert_eq!(answer.text("/error"), "invalid_request", "{wrong}");
        }
        for (method, has_secret) in [("none", false), ("client_secret_basic", true), ("client_secret_post", true)] {
            let body = json!({ "name": "App", "redirect_uri": BACK, "token_endpoint_auth_method": method });
            let made = ada.post("/oauth/clients", &body).await.is(201);
            assert_eq!(made.json().get("client_secret").is_some(), has_secret, "{method}");
        }
    });
}
