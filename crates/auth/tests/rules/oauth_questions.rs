//! Which questions of clients hold, and what is to be done about them.

use crate::house::{EMAIL, PASSWORD, opened, secret};
use crate::oauth::{App, CALLBACK, Inn, PRIVATE_PROJECT, PUBLIC_PROJECT, new_client, query, sent_back};
use mainstay_auth::{
    AuthorizeRequest, Backer, Client, ClientOwner, Login, ProviderService as _, SessionService as _, Step,
};
use mainstay_kernel::Fault as _;
use mainstay_testkit::on_each_database;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_sent_anywhere_before_it_is_sure_where() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let good = inn.server().await.asks("openid");
        let with = |client_id: Option<&str>, redirect_uri: Option<&str>| AuthorizeRequest {
            client_id: client_id.map(str::to_owned),
            redirect_uri: redirect_uri.map(str::to_owned),
            // Wrong as well, and not worth a word yet.
            response_type: None,
            ..good.clone()
        };
        let client_id = good.client_id.as_deref();
        for (request, code) in [
            (with(None, Some(CALLBACK)), "invalid_request"),
            (with(Some(""), Some(CALLBACK)), "invalid_request"),
            (with(Some("0123456789abcdef0123456789abcdef"), Some(CALLBACK)), "invalid_client"),
            (with(client_id, None), "invalid_request"),
            (with(client_id, Some("https://evil.example.com/callback")), "invalid_request"),
            (with(client_id, Some("https://app.example.com/callback/more")), "invalid_request"),
        ] {
            let examined = inn.provider.examine(&request, Some(inn.login)).await;
            assert_eq!(sent_back(examined), (code, None), "{request:?}");
            assert_eq!(sent_back(inn.provider.approve(inn.login, &request).await), (code, None), "{request:?}");
            assert_eq!(sent_back(inn.provider.deny(&request).await), (code, None), "{request:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_else_is_wrong_is_told_to_the_client_with_its_state() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let good = inn.server().await.asks("openid");
        let some = |text: &str| Some(text.to_owned());
        let long = "n".repeat(513);
        for (request, code) in [
            (AuthorizeRequest { response_type: some("token"), ..good.clone() }, "unsupported_response_type"),
            (AuthorizeRequest { response_type: None, ..good.clone() }, "invalid_request"),
            (AuthorizeRequest { response_mode: some("fragment"), ..good.clone() }, "invalid_request"),
            (AuthorizeRequest { code_challenge_method: some("plain"), ..good.clone() }, "invalid_request"),
            (AuthorizeRequest { code_challenge_method: None, ..good.clone() }, "invalid_request"),
            (AuthorizeRequest { code_challenge: some("short"), ..good.clone() }, "invalid_request"),
            (AuthorizeRequest { code_challenge: None, ..good.clone() }, "invalid_request"),
            (AuthorizeRequest { nonce: Some(long), ..good.clone() }, "invalid_request"),
            (AuthorizeRequest { prompt: some("none login"), ..good.clone() }, "invalid_request"),
            (AuthorizeRequest { max_age: some("-1"), ..good.clone() }, "invalid_request"),
            (AuthorizeRequest { resource: some("/relative"), ..good.clone() }, "invalid_target"),
            (AuthorizeRequest { resource: some("https://mcp.example.com/#a"), ..good.clone() }, "invalid_target"),
            (AuthorizeRequest { claims: some("not json"), ..good.clone() }, "invalid_request"),
        ] {
            let refused = inn.provider.examine(&request, Some(inn.login)).await.expect_err("a refusal");
            assert_eq!(refused.error.rfc_code(), code, "{request:?}");
            let redirect = refused.redirect.expect("a redirect");
            assert!(redirect.expose().starts_with(CALLBACK), "{request:?}");
            let told = query(&redirect);
            assert_eq!((told["error"].as_str(), told["state"].as_str()), (code, "a state & more"));
            assert_eq!(told["iss"], crate::house::ISSUER);
            assert_eq!(told["error_description"], refused.error.to_string());
            assert_eq!(sent_back(inn.provider.approve(inn.login, &request).await), (code, Some(code.to_owned())));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_without_a_secret_must_use_pkce() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let (server, phone) = (inn.server().await, inn.phone().await);
        inn.provider.approve(inn.login, &server.asks_plainly("openid")).await.expect("a redirect");
        let refused = inn.provider.approve(inn.login, &phone.asks_plainly("openid")).await;
        assert_eq!(sent_back(refused), ("invalid_request", Some("invalid_request".to_owned())));
        inn.provider.approve(inn.login, &phone.asks("openid")).await.expect("a redirect");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_logs_in_then_consents_and_is_not_asked_again() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let app = inn.server().await;
        let next = async |request: &AuthorizeRequest, login| {
            inn.provider.examine(request, login).await.map(|asked| asked.next)
        };
        let (question, more) = (app.asks("openid email"), app.asks("openid email profile"));
        assert_eq!(next(&question, None).await.expect("a step"), Step::LogIn);
        let asked = inn.provider.examine(&question, Some(inn.login)).await.expect("a question");
        assert_eq!((asked.next, asked.has_consented), (Step::Consent, false));
        assert_eq!(
            (asked.client_name.as_str(), asked.scopes.to_string().as_str()),
            ("Difference Engine", "openid email")
        );
        assert_eq!(asked.redirect_uri, CALLBACK);

        inn.code(&question).await;
        assert_eq!(next(&question, Some(inn.login)).await.expect("a step"), Step::Approve);
        assert_eq!(next(&app.asks("openid"), Some(inn.login)).await.expect("a step"), Step::Approve);
        assert_eq!(next(&more, Some(inn.login)).await.expect("a step"), Step::Consent);
        inn.code(&more).await;
        inn.code(&question).await;
        assert_eq!(next(&more, Some(inn.login)).await.expect("a step"), Step::Approve, "less later takes nothing back");
        let again = AuthorizeRequest { prompt: Some("consent".to_owned()), ..question };
        assert_eq!(next(&again, Some(inn.login)).await.expect("a step"), Step::Consent);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_may_be_asked_that_is_an_error() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let app = inn.server().await;
        let silent = AuthorizeRequest { prompt: Some("none".to_owned()), ..app.asks("openid") };
        let told = |code: &'static str| (code, Some(code.to_owned()));
        assert_eq!(sent_back(inn.provider.examine(&silent, None).await), told("login_required"));
        assert_eq!(sent_back(inn.provider.examine(&silent, Some(inn.login)).await), told("consent_required"));
        inn.code(&app.asks("openid")).await;
        let asked = inn.provider.examine(&silent, Some(inn.login)).await.expect("a question");
        assert_eq!(asked.next, Step::Approve);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_may_want_a_fresh_login() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let app = inn.server().await;
        let anew = AuthorizeRequest { prompt: Some("login".to_owned()), ..app.asks("openid") };
        let next = async |request: &AuthorizeRequest, login| {
            inn.provider.examine(request, Some(login)).await.expect("a question").next
        };
        assert_eq!(next(&anew, inn.login).await, Step::LogIn);
        assert_eq!(next(&anew.clone().after_login(), inn.login).await, Step::Consent);

        let within = AuthorizeRequest { max_age: Some("60".to_owned()), ..app.asks("openid") };
        inn.house.clock.advance(Duration::from_mins(1));
        assert_eq!(next(&within, inn.login).await, Step::Consent, "a minute to the second");
        inn.house.clock.advance(Duration::from_micros(1));
        assert_eq!(next(&within, inn.login).await, Step::LogIn);
        let told = ("login_required", Some("login_required".to_owned()));
        assert_eq!(sent_back(inn.provider.approve(inn.login, &within).await), told);
        let silent = AuthorizeRequest { prompt: Some("none".to_owned()), ..within.clone() };
        assert_eq!(sent_back(inn.provider.examine(&silent, Some(inn.login)).await), told);
        let pair = opened(inn.house.auth.log_in(EMAIL, &secret(PASSWORD), &Client::default()).await.expect("a login"));
        let fresh = Login { person: pair.person, session: pair.session };
        assert_eq!(next(&within, fresh).await, Step::Consent);

        let at_once = AuthorizeRequest { max_age: Some("0".to_owned()), ..app.asks("openid") };
        inn.house.clock.advance(Duration::from_millis(5));
        assert_eq!(next(&at_once, fresh).await, Step::LogIn);
        assert_eq!(
            next(&at_once.after_login(), fresh).await,
            Step::Consent,
            "who has just logged in is not asked to again"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_over_is_nobodys() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let question = inn.server().await.asks("openid");
        let pair = opened(inn.house.auth.log_in(EMAIL, &secret(PASSWORD), &Client::default()).await.expect("a login"));
        let ended = Login { person: pair.person, session: pair.session };
        inn.house.auth.revoke(ended, ended.session).await.expect("an end");
        let asked = inn.provider.examine(&question, Some(ended)).await.expect("a question");
        assert_eq!(asked.next, Step::LogIn);
        let refused = inn.provider.approve(ended, &question).await.expect_err("a refusal");
        assert_eq!((refused.code(), refused.redirect), ("unauthenticated", None));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_client_that_anybody_could_be_is_asked_about_each_time() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        for (uri, next) in [
            ("com.example.app:/callback", Step::Consent),
            ("http://127.0.0.1/callback", Step::Consent),
            (CALLBACK, Step::Approve),
        ] {
            let app = inn.register(inn.mine(), new_client(uri, true)).await;
            inn.code(&app.asks("openid")).await;
            let asked = inn.provider.examine(&app.asks("openid"), Some(inn.login)).await.expect("a question");
            assert_eq!((asked.next, asked.has_consented), (next, true), "{uri}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_scopes_are_dropped_and_without_any_it_is_openid() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let app = inn.server().await;
        for (asked, granted) in [
            ("", "openid"),
            ("admin root", "openid"),
            ("email admin", "email"),
            ("project:read profile openid email", "openid profile email project:read"),
        ] {
            assert_eq!(inn.tokens(&app, asked).await.scopes.to_string(), granted, "{asked}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_members_log_in_to_the_client_of_a_private_project() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let person = inn.login.person;
        inn.house.keep_projects(&[PUBLIC_PROJECT, PRIVATE_PROJECT], person).await;
        let open: App = inn.register(ClientOwner::Project(PUBLIC_PROJECT), new_client(CALLBACK, false)).await;
        inn.tokens(&open, "openid").await;
        let closed = inn.register(ClientOwner::Project(PRIVATE_PROJECT), new_client(CALLBACK, false)).await;
        let question = closed.asks("openid");
        let refused = inn.provider.approve(inn.login, &question).await.expect_err("a refusal");
        assert_eq!((refused.code(), refused.error.rfc_code()), ("not_project_member", "access_denied"));
        let told = ("access_denied", Some("access_denied".to_owned()));
        assert_eq!(sent_back(inn.provider.examine(&question, Some(inn.login)).await), told);

        inn.projects.add(PRIVATE_PROJECT, person);
        let tokens = inn.tokens(&closed, "openid").await;
        inn.projects.remove(PRIVATE_PROJECT, person);
        let refresh = crate::oauth::refresh_of(&tokens);
        assert_eq!(crate::oauth::said(inn.refresh(&closed, &refresh).await).0, "invalid_grant");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_asked_is_told_who_answers_for_the_client() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let workspace = inn.house.keep_projects(&[PUBLIC_PROJECT], inn.login.person).await;
        for (owner, backer) in [
            (inn.mine(), Backer::Person("ada".to_owned())),
            (ClientOwner::Project(PUBLIC_PROJECT), Backer::Project("Compiler".to_owned())),
            (ClientOwner::Workspace(workspace), Backer::Workspace("Analytical".to_owned())),
        ] {
            let app = inn.register(owner, new_client(CALLBACK, false)).await;
            let asked = inn.provider.examine(&app.asks("openid"), Some(inn.login)).await.expect("a question");
            assert_eq!(asked.backer, backer);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_says_no_is_sent_back_and_nothing_is_kept() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let app = inn.server().await;
        let told = query(&inn.provider.deny(&app.asks("openid")).await.expect("a redirect"));
        assert_eq!((told["error"].as_str(), told["state"].as_str()), ("access_denied", "a state & more"));
        assert!(!told.contains_key("code"));
        assert_eq!(inn.provider.grants(inn.login.person).await.expect("grants"), []);
    })
    .await;
}
