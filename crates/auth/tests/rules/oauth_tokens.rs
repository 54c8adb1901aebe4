//! What access tokens and ID tokens say, and what proves nothing.

use crate::house::{EMAIL, PASSWORD};
use crate::house::{ISSUER, UNAUTHENTICATED, jwt_client, opened, refusal, secret};
use crate::oauth::{App, CALLBACK, Inn, PRIVATE_PROJECT, PUBLIC_PROJECT, new_client, part, refresh_of, said};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use mainstay_auth::{
    AuthService as _, AuthorizeRequest, Client, ClientOwner, Introspection, NameOrder, ProfileChange,
    ProfileService as _, ProviderService as _, SessionService as _, SigningAlgorithm, TokenRequest,
};
use mainstay_kernel::{Clock as _, Patch};
use mainstay_testkit::on_each_database;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn an_access_token_says_what_the_standard_wants() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let app = inn.server().await;
        let began = inn.house.clock.now().seconds();
        inn.house.clock.advance(Duration::from_secs(5));
        let tokens = inn.tokens(&app, "openid email").await;
        assert_eq!(tokens.expires_in, 3_600);
        let kid = inn.house.auth.jwks().await.expect("keys").keys[0].common.key_id.clone();
        assert_eq!(part(&tokens.access_token, 0), json!({ "typ": "at+jwt", "alg": "ES256", "kid": kid }));
        let claims = part(&tokens.access_token, 1);
        assert_eq!(claims["iss"], ISSUER);
        assert_eq!(claims["sub"], inn.login.person.to_string());
        assert_eq!(claims["aud"], format!("{ISSUER}/oauth/userinfo"));
        assert_eq!(claims["client_id"], app.client.client_id);
        assert_eq!(claims["scope"], "openid email");
        assert_eq!((&claims["iat"], &claims["exp"]), (&json!(began + 5), &json!(began + 3_605)));
        assert_eq!(claims["auth_time"], began);
        assert!(claims["jti"].as_str().is_some_and(|id| id.len() == 22));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_token_comes_with_openid_and_says_who_logged_in() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let app = inn.server().await;
        assert!(inn.tokens(&app, "email").await.id_token.is_none(), "without openid there is none");
        let question = AuthorizeRequest { nonce: Some("n-0S6_WzA2Mj".to_owned()), ..app.asks("openid email") };
        let code = inn.code(&question).await;
        let tokens = inn.provider.token(&app.shows(), app.redeems(&code)).await.expect("tokens");
        let id_token = tokens.id_token.as_ref().expect("an ID token");
        assert_eq!(part(id_token, 0)["typ"], "JWT");
        let claims = part(id_token, 1);
        let now = inn.house.clock.now().seconds();
        let hash = Sha256::digest(tokens.access_token.expose());
        let wanted = json!({
            "iss": ISSUER,
            "sub": inn.login.person.to_string(),
            "aud": app.client.client_id,
            "iat": now,
            "exp": now + 3_600,
            "auth_time": now,
            "nonce": "n-0S6_WzA2Mj",
            "sid": inn.login.session.to_string(),
            "at_hash": URL_SAFE_NO_PAD.encode(&hash[..16]),
            "email": EMAIL,
        });
        assert_eq!(claims, wanted, "and nothing that no scope asks for");

        let later = inn.refresh(&app, &refresh_of(&tokens)).await.expect("tokens");
        let later = part(later.id_token.as_ref().expect("an ID token"), 1);
        assert_eq!(
            (&later["sub"], &later["auth_time"], later.get("nonce")),
            (&wanted["sub"], &wanted["auth_time"], None)
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_token_of_one_use_is_good_for_another() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let app = inn.server().await;
        let tokens = inn.tokens(&app, "openid").await;
        let (access, refresh) = (tokens.access_token.clone(), refresh_of(&tokens));
        let id_token = tokens.id_token.expect("an ID token");
        for foreign in [&access, &refresh, &id_token] {
            assert_eq!(refusal(inn.house.auth.identify(foreign.expose()).await), UNAUTHENTICATED);
            let outcome = inn.house.auth.refresh(foreign.expose(), &jwt_client()).await;
            assert_eq!(refusal(outcome).1, "invalid_refresh_token");
        }
        let pair = opened(inn.house.auth.log_in(EMAIL, &secret(PASSWORD), &jwt_client()).await.expect("a login"));
        let opaque =
            opened(inn.house.auth.log_in(EMAIL, &secret(PASSWORD), &Client::default()).await.expect("a login"));
        for foreign in [&pair.access, &pair.refresh, &opaque.access, &id_token, &refresh] {
            assert_eq!(said(inn.provider.userinfo(foreign.expose()).await).0, "invalid_token");
        }
        for foreign in [&pair.access, &pair.refresh, &opaque.access, &id_token] {
            let seen = inn.provider.introspect(&app.shows(), foreign.expose()).await.expect("an introspection");
            assert_eq!(seen, Introspection::Inactive);
            assert_eq!(said(inn.refresh(&app, foreign).await).0, "invalid_grant");
        }
        assert_eq!(said(inn.refresh(&app, &access).await).0, "invalid_grant");
        inn.provider.userinfo(access.expose()).await.expect("for what it is, it stands");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_key_algorithm_or_content_makes_an_access_token() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let tokens = inn.tokens(&inn.server().await, "openid").await;
        let payload = tokens.access_token.expose().split('.').nth(1).expect("a payload").to_owned();
        let claims = part(&tokens.access_token, 1);
        let jwks = inn.house.auth.jwks().await.expect("keys");
        let published = serde_json::to_value(&jwks.keys[0]).expect("JSON");
        let kid = jwks.keys[0].common.key_id.clone();
        let typ = Some("at+jwt".to_owned());

        let none = URL_SAFE_NO_PAD.encode(json!({ "typ": "at+jwt", "alg": "none", "kid": kid }).to_string());
        let as_secret = EncodingKey::from_secret(published.to_string().as_bytes());
        let hs256 = Header { kid: kid.clone(), typ: typ.clone(), ..Header::new(Algorithm::HS256) };
        let stranger = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
        let stranger = EncodingKey::from_ec_der(stranger.to_pkcs8v1().expect("a document").as_ref());
        let es256 = Header { kid: kid.clone(), typ, ..Header::new(Algorithm::ES256) };
        for forged in [
            format!("{none}.{payload}."),
            encode(&hs256, &claims, &as_secret).expect("a token"),
            encode(&es256, &claims, &stranger).expect("a token"),
        ] {
            assert_eq!(said(inn.provider.userinfo(&forged).await).0, "invalid_token", "{forged}");
        }

        let ours = signing_key(&inn).await;
        let mint = |header: &Header, claims: &Value| encode(header, claims, &ours).expect("a token");
        inn.provider.userinfo(&mint(&es256, &claims)).await.expect("the unspoilt one stands");
        for (claim, spoilt) in [
            ("iss", json!("https://elsewhere.example.com")),
            ("aud", json!("https://mcp.example.com/")),
            ("client_id", json!("0123456789abcdef0123456789abcdef")),
            ("gid", json!("00000000-0000-0000-0000-000000000000")),
            ("gid", Value::Null),
            ("sub", json!("ada")),
            ("exp", json!(inn.house.clock.now().seconds())),
        ] {
            let mut claims = claims.clone();
            claims[claim] = spoilt.clone();
            let outcome = inn.provider.userinfo(&mint(&es256, &claims)).await;
            assert_eq!(said(outcome).0, "invalid_token", "{claim}: {spoilt}");
        }
        for typ in [None, Some("JWT".to_owned()), Some("logout+jwt".to_owned())] {
            let outcome = inn.provider.userinfo(&mint(&Header { typ: typ.clone(), ..es256.clone() }, &claims)).await;
            assert_eq!(said(outcome).0, "invalid_token", "{typ:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_for_a_resource_is_for_nobody_else() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let app = inn.server().await;
        let resource = "https://mcp.example.com/tools?v=1";
        let question = AuthorizeRequest { resource: Some(resource.to_owned()), ..app.asks("openid") };
        let code = inn.code(&question).await;
        let other = TokenRequest { resource: Some("https://other.example.com/".to_owned()), ..app.redeems(&code) };
        assert_eq!(said(inn.provider.token(&app.shows(), other).await).0, "invalid_target");
        let same = TokenRequest { resource: Some(resource.to_owned()), ..app.redeems(&code) };
        let tokens = inn.provider.token(&app.shows(), same).await.expect("tokens");
        assert_eq!(part(&tokens.access_token, 1)["aud"], resource);
        assert_eq!(said(inn.provider.userinfo(tokens.access_token.expose()).await).0, "invalid_token");
        let later = inn.refresh(&app, &refresh_of(&tokens)).await.expect("tokens");
        assert_eq!(part(&later.access_token, 1)["aud"], resource);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_speaks_for_itself_without_a_person_or_a_refresh_token() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let (server, phone) = (inn.server().await, inn.phone().await);
        let request = |scope: &str| TokenRequest {
            grant_type: Some("client_credentials".to_owned()),
            scope: Some(scope.to_owned()),
            resource: Some("https://mcp.example.com/".to_owned()),
            ..TokenRequest::default()
        };
        for scope in ["", "openid profile email project:read", "admin"] {
            let tokens = inn.provider.token(&server.shows(), request(scope)).await.expect("tokens");
            assert!(tokens.scopes.is_empty() && tokens.refresh_token.is_none() && tokens.id_token.is_none());
            let claims = part(&tokens.access_token, 1);
            assert_eq!((&claims["sub"], &claims["client_id"]), (&json!(server.client.client_id), &claims["sub"]));
            assert_eq!(claims["aud"], "https://mcp.example.com/");
            assert!(claims.get("scope").is_none() && claims.get("gid").is_none() && claims.get("auth_time").is_none());
        }
        assert_eq!(said(inn.provider.token(&phone.shows(), request("")).await).0, "unauthorized_client");
        let own = TokenRequest { resource: None, ..request("") };
        let own = inn.provider.token(&server.shows(), own).await.expect("tokens");
        assert_eq!(said(inn.provider.userinfo(own.access_token.expose()).await).0, "invalid_token");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn userinfo_tells_what_the_scopes_let_and_as_it_is_now() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let app = inn.server().await;
        let id = inn.login.person.to_string();
        let about = async |scope: &str| {
            let tokens = inn.tokens(&app, scope).await;
            let told = inn.provider.userinfo(tokens.access_token.expose()).await.expect("claims");
            (Value::Object(told), tokens.access_token)
        };
        assert_eq!(about("openid").await.0, json!({ "sub": id, "id": id }));
        assert_eq!(about("email").await.0, json!({ "sub": id, "id": id, "email": EMAIL }));
        let (told, token) = about("openid profile project:read").await;
        let wanted = json!({
            "sub": id, "id": id, "name": "ada", "given_name": null, "family_name": null, "display_name": "ada",
            "preferred_username": null, "native_script": null, "preferred_order": null,
        });
        assert_eq!(told, wanted, "nulls are sent, and no project is where there is none");

        let change = ProfileChange {
            given_names: Patch::Set("Augusta Ada".to_owned()),
            surname: Patch::Set("King".to_owned()),
            preferred_order: Patch::Set(NameOrder::Eastern),
            ..ProfileChange::default()
        };
        inn.house.profiles().update(inn.login.person, change).await.expect("a change");
        let told = inn.provider.userinfo(token.expose()).await.expect("claims");
        assert_eq!((&told["name"], &told["preferred_order"]), (&json!("King Augusta Ada"), &json!("eastern")));

        let named = AuthorizeRequest {
            claims: Some(json!({ "userinfo": { "email_verified": null } }).to_string()),
            ..app.asks("openid email")
        };
        let code = inn.code(&named).await;
        let tokens = inn.provider.token(&app.shows(), app.redeems(&code)).await.expect("tokens");
        let told = inn.provider.userinfo(tokens.access_token.expose()).await.expect("claims");
        assert_eq!(told["email_verified"], true, "only who asks for it by name is told");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_of_a_project_learns_what_its_members_are_there() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let person = inn.login.person;
        inn.house.keep_projects(&[PUBLIC_PROJECT, PRIVATE_PROJECT], person).await;
        let app: App = inn.register(ClientOwner::Project(PUBLIC_PROJECT), new_client(CALLBACK, false)).await;
        let about = async |scope: &str| {
            let tokens = inn.tokens(&app, scope).await;
            inn.provider.userinfo(tokens.access_token.expose()).await.expect("claims")
        };
        assert_eq!(about("openid project:read").await.get("project"), None, "a visitor is nothing there");
        inn.projects.add(PUBLIC_PROJECT, person);
        let wanted = json!({
            "project_id": PUBLIC_PROJECT.to_string(), "project_name": "Compiler", "project_slug": "compiler",
            "role": "member", "permissions": ["can_deploy"],
        });
        assert_eq!(about("openid project:read").await["project"], wanted);
        assert_eq!(about("openid").await.get("project"), None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_access_token_is_over_after_an_hour_to_the_second() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let token = inn.tokens(&inn.server().await, "openid").await.access_token;
        inn.house.clock.advance(Duration::from_hours(1).saturating_sub(Duration::from_micros(1)));
        inn.provider.userinfo(token.expose()).await.expect("claims");
        inn.house.clock.advance(Duration::from_micros(1));
        assert_eq!(said(inn.provider.userinfo(token.expose()).await).0, "invalid_token");
    })
    .await;
}

/// The key that signs, as only the holder of the master key can open it.
async fn signing_key(inn: &Inn) -> EncodingKey {
    let sealed = inn.house.sealed_keys(SigningAlgorithm::Es256).await.pop().expect("a key");
    let opened = inn.house.keyring.open(&format!("signing key {}", sealed.kid), &sealed.sealed_private);
    EncodingKey::from_ec_der(opened.expect("opened").expose())
}
