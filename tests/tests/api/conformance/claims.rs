//! What is told of a person, where, and for which question.

use super::Party;
use mainstay_testkit::gateway::{Actor as _, Answer, Gateway, on_each_gateway};
use serde_json::{Value, json};

const PROFILE: [&str; 4] = ["name", "given_name", "family_name", "preferred_username"];

/// Whether an object tells this.
fn tells(claims: &Value, name: &str) -> bool {
    claims.get(name).is_some_and(|value| !value.is_null())
}

/// A party whose person has told all there is to tell, and their tokens for these scopes.
async fn known<'g>(gateway: &'g Gateway, more: &str) -> (Party<'g>, Answer) {
    let mut party = Party::of(gateway).await;
    let names =
        json!({ "givenNames": "Ada", "surname": "Lovelace", "username": format!("ada_{}", &party.person.id[30..]) });
    let _ = party.person.patch("/auth/profile", &names).await.is(200);
    let tokens = party.tokens(more).await;
    (party, tokens)
}

/// Module `oidcc-userinfo-get`.
#[test]
fn userinfo_is_told_to_whoever_gets_it_with_the_token_in_the_header() {
    on_each_gateway(async |gateway| {
        let (party, tokens) = known(gateway, "&scope=openid").await;
        let told = party.userinfo(&tokens).await;
        assert_eq!(told["sub"], party.identity(&tokens).await["sub"]);
    });
}

/// Module `oidcc-userinfo-post-header`.
#[test]
fn userinfo_is_told_to_whoever_posts_with_the_token_in_the_header() {
    on_each_gateway(async |gateway| {
        let (party, tokens) = known(gateway, "&scope=openid").await;
        let bearer = format!("Bearer {}", tokens.text("/access_token"));
        let posted = gateway.nobody().call("POST", "/oauth/userinfo").header("authorization", bearer).await.is(200);
        assert_eq!(posted.json(), party.userinfo(&tokens).await);
    });
}

/// Module `oidcc-userinfo-post-body`.
#[test]
fn userinfo_is_told_to_whoever_posts_the_token_in_a_form() {
    on_each_gateway(async |gateway| {
        let (party, tokens) = known(gateway, "&scope=openid").await;
        let access = tokens.text("/access_token");
        let form = || party.app.send("/oauth/userinfo", &format!("access_token={access}"));
        assert_eq!(form().await.is(200).json(), party.userinfo(&tokens).await);
        let twice = form().header("authorization", format!("Bearer {access}")).await.is(400);
        assert_eq!(twice.text("/error"), "invalid_request");
        let _ = party.app.send("/oauth/userinfo", "access_token=x").await.is(401);
        let _ = party.app.send("/oauth/userinfo", "token=x").await.is(401);
        let queried = gateway.nobody().get(&format!("/oauth/userinfo?access_token={access}")).await.is(401);
        assert_eq!(queried.text("/error"), "invalid_token");
    });
}

/// Module `oidcc-scope-profile`.
#[test]
fn the_scope_profile_tells_names() {
    on_each_gateway(async |gateway| {
        let (party, tokens) = known(gateway, "&scope=openid%20profile").await;
        let told = party.userinfo(&tokens).await;
        assert!(PROFILE.iter().all(|name| tells(&told, name)) && !tells(&told, "email"), "{told}");
    });
}

/// Module `oidcc-scope-email`.
#[test]
fn the_scope_email_tells_the_address() {
    on_each_gateway(async |gateway| {
        let asked = "&scope=openid%20email&claims=%7B%22userinfo%22%3A%7B%22email_verified%22%3Anull%7D%7D";
        let (party, tokens) = known(gateway, asked).await;
        let told = party.userinfo(&tokens).await;
        assert_eq!((&told["email"], &told["email_verified"]), (&json!(party.person.email), &json!(true)));
        assert!(!tells(&told, "name"), "{told}");
    });
}

/// A scope that is not on offer does no harm, and tells nothing.
async fn is_left_out(gateway: &Gateway, scope: &str, claim: &str) {
    let metadata = gateway.nobody().get("/.well-known/openid-configuration").await.is(200).json();
    for (list, name) in [("scopes_supported", scope), ("claims_supported", claim)] {
        assert!(metadata[list].as_array().is_some_and(|all| !all.contains(&json!(name))), "{list}: {metadata}");
    }
    let (party, tokens) = known(gateway, &format!("&scope=openid%20{scope}")).await;
    assert_eq!(tokens.text("/scope"), "openid");
    let (told, identity) = (party.userinfo(&tokens).await, party.identity(&tokens).await);
    assert!(!tells(&told, claim) && !tells(&identity, claim), "{told} {identity}");
}

/// Module `oidcc-scope-address`.
#[test]
fn the_scope_address_is_not_on_offer_and_does_no_harm() {
    on_each_gateway(async |gateway| is_left_out(gateway, "address", "address").await);
}

/// Module `oidcc-scope-phone`.
#[test]
fn the_scope_phone_is_not_on_offer_and_does_no_harm() {
    on_each_gateway(async |gateway| is_left_out(gateway, "phone", "phone_number").await);
}

/// Module `oidcc-scope-all`.
#[test]
fn all_scopes_together_tell_all_there_is() {
    on_each_gateway(async |gateway| {
        let asked = "&scope=openid%20profile%20email%20address%20phone";
        let (party, tokens) = known(gateway, asked).await;
        assert_eq!(tokens.text("/scope"), "openid profile email", "what is not known is not granted");
        let told = party.userinfo(&tokens).await;
        assert!(PROFILE.iter().chain(&["email"]).all(|name| tells(&told, name)), "{told}");
    });
}

/// Module `oidcc-ensure-other-scope-order-succeeds`.
#[test]
fn scopes_may_stand_in_any_order() {
    on_each_gateway(async |gateway| {
        let (party, tokens) = known(gateway, "&scope=email%20openid").await;
        assert_eq!(party.identity(&tokens).await["email"], json!(party.person.email));
    });
}

/// Module `oidcc-claims-essential`.
#[test]
fn a_claim_that_is_asked_for_by_name_is_told() {
    on_each_gateway(async |gateway| {
        let asked = "&scope=openid&claims=%7B%22userinfo%22%3A%7B%22name%22%3A%7B%22essential%22%3Atrue%7D%7D%7D";
        let (mut party, tokens) = known(gateway, asked).await;
        assert_eq!(party.userinfo(&tokens).await["name"], json!("Ada Lovelace"));
        assert_eq!(tokens.text("/scope"), "openid profile", "and it is told what that took");
        assert!(party.ask("&scope=openid%20profile").await.met.is_empty(), "the person was asked for it");
    });
}
