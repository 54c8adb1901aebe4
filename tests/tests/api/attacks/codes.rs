//! On codes (RFC 9700 sections 4.5 and 4.8).

use crate::oauth_app::{App, BACK, VERIFIER, challenge, refused};
use mainstay_testkit::gateway::{Actor as _, Call, on_each_gateway};
use serde_json::json;

const UNFIT: &str = "The code_verifier does not fit";

/// Tokens for a code, by whoever has this verifier.
fn exchange(app: &App, code: &str, verifier: &str) -> Call {
    let body =
        json!({ "grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": verifier });
    app.ask("/oauth/token", &body)
}

/// The attacker puts a code that they stole from their victim into a login of their own.
#[test]
fn a_code_that_was_asked_for_elsewhere_does_not_fit_the_verifier_here() {
    on_each_gateway(async |gateway| {
        let (maker, victim) = (gateway.person("maker").await, gateway.person("victim").await);
        for app in [App::of(&maker, gateway).await, App::public(&maker, gateway).await] {
            let stolen = app.challenged_code(&victim, "&nonce=victims").await;
            let of_the_attacker = VERIFIER.replace('d', "e");
            let _ = refused(exchange(&app, &stolen, &of_the_attacker), 400, "invalid_grant", UNFIT).await;
            let _ = refused(app.exchange(&stolen), 400, "invalid_grant", UNFIT).await;
            let _ = exchange(&app, &stolen, VERIFIER).await.is(200);
        }
    });
}

#[test]
fn pkce_is_neither_left_out_nor_made_plain_nor_made_up_afterwards() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let (app, public) = (App::of(&ada, gateway).await, App::public(&ada, gateway).await);
        // A verifier to which there is no challenge: it was taken away on the way here.
        let code = app.code(&ada, "").await;
        let _ = refused(exchange(&app, &code, VERIFIER), 400, "invalid_grant", UNFIT).await;
        // A challenge to which there is no verifier.
        let code = app.challenged_code(&ada, "").await;
        let _ = refused(app.exchange(&code), 400, "invalid_grant", UNFIT).await;
        // `plain`, by name and by leaving the name out, and a public client with no challenge at all.
        let plain = format!("&code_challenge={VERIFIER}");
        for question in [
            app.question(&plain),
            app.question(&format!("{plain}&code_challenge_method=plain")),
            app.question(&format!("&{}", challenge().replace("S256", "plain"))),
            app.question(&format!("&{}", challenge().replace("S256", "s256"))),
            public.question(""),
            public.question(&plain),
        ] {
            assert_eq!(ada.get(&question).await.is(400).text("/error"), "invalid_request", "{question}");
        }
        // The challenge itself, which everybody saw, is no verifier.
        let code = public.challenged_code(&ada, "").await;
        let seen = challenge().replace("code_challenge=", "").replace("&code_challenge_method=S256", "");
        let _ = refused(exchange(&public, &code, &seen), 400, "invalid_grant", UNFIT).await;
    });
}
