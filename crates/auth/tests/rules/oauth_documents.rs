//! Clients that call themselves by the address of a document that describes them.

use crate::oauth::{CALLBACK, CHALLENGE, Inn, refresh_of, said};
use crate::signer::Signer;
use jsonwebtoken::Algorithm;
use mainstay_auth::{
    AuthorizeRequest, Backer, ClientAuthentication, OAuthError, ProjectBook, Provider, ProviderService as _, Step,
    TokenRequest, Tokens,
};
use mainstay_kernel::Secret;
use mainstay_store::jobs::Handler as _;
use mainstay_testkit::on_each_database;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

const AT: &str = "https://app.example.com/oauth/client.json";

/// A provider beside the inn's, for which documents count.
fn taking(inn: &Inn) -> Provider {
    let projects: Arc<dyn ProjectBook> = Arc::new(inn.projects.clone());
    Provider::new(Arc::clone(&inn.house.auth), projects).taking_documents(true)
}

fn document() -> Value {
    json!({ "client_id": AT, "client_name": "Described", "redirect_uris": [CALLBACK], "logo_uri": "https://x.example/" })
}

fn question(client_id: &str) -> AuthorizeRequest {
    AuthorizeRequest {
        client_id: Some(client_id.to_owned()),
        redirect_uri: Some(CALLBACK.to_owned()),
        response_type: Some("code".to_owned()),
        code_challenge: Some(CHALLENGE.to_owned()),
        code_challenge_method: Some("S256".to_owned()),
        ..AuthorizeRequest::default()
    }
}

fn by_name() -> ClientAuthentication {
    ClientAuthentication::None { client_id: AT.to_owned() }
}

async fn tokens(inn: &Inn, provider: &Provider, shown: &ClientAuthentication) -> Result<Tokens, OAuthError> {
    let back = provider.approve(inn.login, &question(AT)).await.expect("a redirect");
    let code = Secret::new(crate::oauth::query(&back)["code"].clone());
    let request = TokenRequest {
        grant_type: Some("authorization_code".to_owned()),
        code: Some(code),
        redirect_uri: Some(CALLBACK.to_owned()),
        code_verifier: Some(Secret::new(crate::oauth::VERIFIER.to_owned())),
        ..TokenRequest::default()
    };
    provider.token(shown, request).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_is_described_by_its_document_and_people_let_it_in_knowing_whose_it_is() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let provider = taking(&inn);
        inn.house.elsewhere.put(AT, document());
        let asked = provider.examine(&question(AT), Some(inn.login)).await.expect("a question");
        assert_eq!((asked.client_name.as_str(), asked.next), ("Described", Step::Consent));
        assert_eq!(asked.backer, Backer::Host("app.example.com".to_owned()));
        let kept = inn.house.store.client_called(AT.to_owned()).await.expect("a look");
        assert!(kept.is_none(), "asking keeps nothing");
        let tokens = tokens(&inn, &provider, &by_name()).await.expect("tokens");
        let asked = provider.examine(&question(AT), Some(inn.login)).await.expect("a question");
        assert_eq!((asked.has_consented, asked.next), (true, Step::Approve));
        let grants = provider.grants(inn.login.person).await.expect("grants");
        assert_eq!((grants[0].client_id.as_str(), grants[0].client_name.as_str()), (AT, "Described"));
        provider.userinfo(tokens.access_token.expose()).await.expect("the person");
        let refresh = crate::oauth::refreshes(&refresh_of(&tokens));
        inn.house.elsewhere.remove(AT);
        inn.house.clock.advance(Duration::from_hours(25));
        provider.token(&by_name(), refresh).await.expect("tokens, though the document is away for now");
        let refused = provider.examine(&question(AT), Some(inn.login)).await.expect_err("a refusal");
        assert!(matches!(refused.error, OAuthError::UselessDocument) && refused.redirect.is_none());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_is_not_what_it_should_be_describes_nobody() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let provider = taking(&inn);
        let changes: [Value; 9] = [
            json!({ "client_id": "https://app.example.com/oauth/other.json" }),
            json!({ "client_id": "HTTPS://app.example.com/oauth/client.json" }),
            json!({ "redirect_uris": [] }),
            json!({ "redirect_uris": ["http://app.example.com/"] }),
            json!({ "client_secret": "x" }),
            json!({ "client_secret_expires_at": 0 }),
            json!({ "token_endpoint_auth_method": "client_secret_basic" }),
            json!({ "token_endpoint_auth_method": "private_key_jwt" }),
            json!({ "grant_types": ["client_credentials"] }),
        ];
        for change in changes {
            let mut wrong = document();
            let fields = wrong.as_object_mut().expect("an object");
            fields.extend(change.as_object().expect("an object").clone());
            inn.house.elsewhere.put(AT, wrong);
            let refused = provider.examine(&question(AT), Some(inn.login)).await.expect_err("a refusal");
            assert!(matches!(refused.error, OAuthError::UselessDocument), "{change}");
            assert_eq!((refused.error.rfc_code(), refused.redirect.is_none()), ("invalid_client", true));
            inn.house.clock.advance(Duration::from_mins(1));
        }
        for other in [json!([]), json!("x"), json!(null)] {
            inn.house.elsewhere.put(AT, other);
            provider.examine(&question(AT), Some(inn.login)).await.expect_err("a refusal");
            inn.house.clock.advance(Duration::from_mins(1));
        }
        inn.house.elsewhere.put(AT, document());
        provider.examine(&question(AT), Some(inn.login)).await.expect("a question");
        let elsewhere = AuthorizeRequest { redirect_uri: Some(format!("{CALLBACK}/more")), ..question(AT) };
        let refused = provider.examine(&elsewhere, Some(inn.login)).await.expect_err("a refusal");
        assert!(matches!(refused.error, OAuthError::RedirectMismatch) && refused.redirect.is_none());
        let bare = AuthorizeRequest { code_challenge: None, code_challenge_method: None, ..question(AT) };
        provider.examine(&bare, Some(inn.login)).await.expect_err("a public client uses PKCE");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_https_address_with_a_path_is_asked_and_only_where_documents_count() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let provider = taking(&inn);
        let long = format!("https://app.example.com/{}", "x".repeat(500));
        for address in [
            "http://app.example.com/client.json",
            "https://app.example.com",
            "https://app.example.com/",
            "https://ada@app.example.com/client.json",
            "https://app.example.com/client.json#x",
            "https://app.example.com/a/../client.json",
            "https://APP.example.com/client.json",
            "https://app.example.com:443/client.json",
            "ftp://app.example.com/client.json",
            "://",
            &long,
        ] {
            let refused = provider.examine(&question(address), Some(inn.login)).await.expect_err("a refusal");
            assert_eq!((refused.error.rfc_code(), refused.redirect.is_none()), ("invalid_client", true), "{address}");
            assert_eq!(inn.house.elsewhere.fetches(address), 0, "{address}");
        }
        inn.house.elsewhere.put(AT, document());
        let refused = inn.provider.examine(&question(AT), Some(inn.login)).await.expect_err("a refusal");
        assert!(matches!(refused.error, OAuthError::UnknownClient));
        assert_eq!(inn.house.elsewhere.fetches(AT), 0);
        tokens(&inn, &provider, &by_name()).await.expect("tokens");
        let refused = inn.provider.token(&by_name(), TokenRequest::default()).await;
        assert_eq!(said(refused).1, "Invalid client_id", "what was let in before is out again");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_are_kept_for_as_long_as_their_host_says_within_bounds_and_failures_shortly() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let (provider, clock, elsewhere) = (taking(&inn), &inn.house.clock, &inn.house.elsewhere);
        // A question by nobody: no session is over before its time.
        let ask = async || provider.examine(&question(AT), None).await.is_ok();
        let many = futures_util::future::join_all((0..8).map(|_| ask())).await;
        assert!(many.iter().all(|is_asked| !is_asked) && !ask().await);
        assert_eq!(elsewhere.fetches(AT), 1, "one asks for all, and a failure is kept for a minute");
        elsewhere.put_for(AT, document(), Some(Duration::ZERO));
        clock.advance(Duration::from_mins(1));
        assert!(ask().await);
        clock.advance(Duration::from_secs(299));
        assert!(ask().await);
        assert_eq!(elsewhere.fetches(AT), 2, "no host makes us ask each time");
        elsewhere.put_for(AT, document(), Some(Duration::from_hours(1_000)));
        clock.advance(Duration::from_secs(1));
        assert!(ask().await);
        clock.advance(Duration::from_hours(24));
        elsewhere.put(AT, document());
        assert!(ask().await);
        assert_eq!(elsewhere.fetches(AT), 4, "nor keeps us from asking each day");
        clock.advance(Duration::from_mins(59));
        assert!(ask().await);
        assert_eq!(elsewhere.fetches(AT), 4, "an hour where it does not say");
        clock.advance(Duration::from_mins(1));
        assert!(ask().await);
        assert_eq!(elsewhere.fetches(AT), 5);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_described_client_may_sign_and_is_believed_by_the_keys_that_its_document_has_now() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let (provider, clock) = (taking(&inn), &inn.house.clock);
        let (old, new) = (Signer::new(Algorithm::ES256, None), Signer::new(Algorithm::ES256, None));
        let signing = |signer: &Signer| {
            let mut described = document();
            described["token_endpoint_auth_method"] = json!("private_key_jwt");
            described["jwks"] = signer.set();
            described
        };
        inn.house.elsewhere.put(AT, signing(&old));
        tokens(&inn, &provider, &old.shows(AT, clock, "1")).await.expect("tokens");
        assert_eq!(said(tokens(&inn, &provider, &by_name()).await).0, "invalid_client");
        assert_eq!(said(tokens(&inn, &provider, &new.shows(AT, clock, "2")).await).0, "invalid_client");
        inn.house.elsewhere.put(AT, signing(&new));
        clock.advance(Duration::from_hours(1));
        tokens(&inn, &provider, &new.shows(AT, clock, "3")).await.expect("tokens");
        assert_eq!(said(tokens(&inn, &provider, &old.shows(AT, clock, "4")).await).0, "invalid_client");
        let itself = TokenRequest { grant_type: Some("client_credentials".to_owned()), ..TokenRequest::default() };
        let refused = provider.token(&new.shows(AT, clock, "5"), itself).await;
        assert_eq!(said(refused).0, "unauthorized_client");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_described_client_that_nobody_allows_anything_leaves_no_trace() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let provider = taking(&inn);
        inn.house.elsewhere.put(AT, document());
        tokens(&inn, &provider, &by_name()).await.expect("tokens");
        let grant = provider.grants(inn.login.person).await.expect("grants").remove(0);
        provider.revoke_grant(inn.login.person, grant.id).await.expect("an end");
        inn.house.clock.advance(Duration::from_hours(31 * 24));
        inn.house.auth.oauth_clean_up().run(&json!({})).await.expect("a clean-up");
        assert!(inn.house.store.client_called(AT.to_owned()).await.expect("a look").is_none());
    })
    .await;
}
