//! `/oauth/authorize` for browsers: login, consent, and the way back to the client.

use crate::browser::{Browser, Form, forms};
use crate::crew::Crew;
use crate::oauth_app::{App, BACK, onward, parameter};
use crate::pages_login::enter;
use mainstay_testkit::gateway::{Actor as _, Answer, Gateway, Person, on_each_gateway};
use serde_json::json;

/// Somebody's app, a person, and the person's browser.
pub(crate) async fn cast(gateway: &Gateway) -> (App, Person, Browser) {
    let owner = gateway.person("owner").await;
    (App::of(&owner, gateway).await, gateway.person("ada").await, Browser::new(gateway))
}

/// The form by which a person allows or denies.
#[track_caller]
pub(crate) fn decision(page: &Answer, answer: &str) -> Form {
    let found = forms(page).into_iter().find(|form| form.fields.get("answer").is_some_and(|own| own == answer));
    found.unwrap_or_else(|| panic!("nobody is asked to {answer} on {page:?}"))
}

/// Where a redirect leads.
#[track_caller]
pub(crate) fn location(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{answer:?}");
    answer.header("location").expect("a redirect leads somewhere").to_owned()
}

#[test]
fn a_person_logs_in_allows_the_client_and_is_not_asked_again() {
    on_each_gateway(async |gateway| {
        let (app, ada, mut browser) = cast(gateway).await;
        let question = app.question("&scope=openid%20email&state=b%26c&login_hint=ada%40example.com");
        let login = location(&browser.get(&question).await);
        assert!(login.starts_with("/login?return_to=%2Foauth%2Fauthorize"), "{login}");
        let login = browser.get(&login).await.is(200);
        assert!(login.page().contains(r#"value="ada@example.com""#), "{login:?}");
        let entered = browser.fill(&login, &[("email", &ada.email), ("password", ada.password)]).await.is(200);
        let consent = browser.get(&onward(&entered)).await.is(200);
        let html = consent.page();
        assert!(html.contains("Let App use your") && html.contains("<li>See your email</li>"), "{html}");
        assert!(
            html.contains(&ada.email) && html.contains("app.example.com") && !html.contains("See your name"),
            "{html}"
        );
        let back = onward(&browser.send(&decision(&consent, "allow")).await.is(200));
        assert!(back.starts_with(BACK), "{back}");
        assert_eq!(parameter(&back, "state").as_deref(), Some("b&c"));
        assert_eq!(parameter(&back, "iss").as_deref(), Some(gateway.url()));
        let _ = app.exchange(&parameter(&back, "code").expect("a code")).await.is(200);
        let back = location(&browser.get(&question).await);
        assert!(back.starts_with(BACK) && parameter(&back, "code").is_some(), "{back}");
        let more = browser.get(&app.question("&scope=openid%20email%20profile")).await.is(200);
        assert!(more.page().contains("See your name"), "more is asked about: {more:?}");
        let _ = browser.get(&app.question("&scope=openid&prompt=consent")).await.is(200);
    });
}

#[test]
fn a_client_that_wants_a_login_of_its_own_gets_one_and_not_one_after_the_other() {
    on_each_gateway(async |gateway| {
        for wish in ["&max_age=0", "&prompt=login"] {
            let (app, ada, mut browser) = cast(gateway).await;
            let _ = enter(&mut browser, &ada).await.is(303);
            let login = location(&browser.get(&app.question(wish)).await);
            let login = browser.get(&login).await.is(200);
            let entered = browser.fill(&login, &[("email", &ada.email), ("password", ada.password)]).await.is(200);
            let consent = browser.get(&onward(&entered)).await.is(200);
            let back = onward(&browser.send(&decision(&consent, "allow")).await.is(200));
            assert!(parameter(&back, "code").is_some(), "{wish}: {back}");
        }
    });
}

#[test]
fn a_person_reads_whose_the_client_is_before_they_allow_it() {
    on_each_gateway(async |gateway| {
        let (app, ada, mut browser) = cast(gateway).await;
        let _ = enter(&mut browser, &ada).await.is(303);
        let consent = browser.get(&app.question("")).await.is(200);
        assert!(consent.page().contains("owner, a person with an account here"), "{consent:?}");
        let crew = Crew::public(gateway).await;
        let body = json!({ "name": "Ours", "redirect_uri": BACK });
        let app = App::made(gateway, &crew.admin.post(&crew.path("/clients"), &body).await.is(201));
        let name = crew.owner.get(&crew.path("")).await.is(200).text("/name");
        let consent = browser.get(&app.question("")).await.is(200);
        assert!(consent.page().contains(&format!("the project {name}")), "{consent:?}");
    });
}

#[test]
fn a_person_who_denies_is_sent_back_and_has_allowed_nothing() {
    on_each_gateway(async |gateway| {
        let (app, ada, mut browser) = cast(gateway).await;
        let _ = enter(&mut browser, &ada).await.is(303);
        let question = app.question("&state=s");
        let consent = browser.get(&question).await.is(200);
        let back = onward(&browser.send(&decision(&consent, "deny")).await.is(200));
        assert!(back.starts_with(BACK) && parameter(&back, "code").is_none(), "{back}");
        assert_eq!(parameter(&back, "error").as_deref(), Some("access_denied"));
        assert_eq!((parameter(&back, "state").as_deref(), parameter(&back, "iss").is_some()), (Some("s"), true));
        let _ = browser.get(&question).await.is(200);
    });
}

#[test]
fn nobody_is_sent_to_an_address_that_is_not_the_clients() {
    on_each_gateway(async |gateway| {
        let (app, ada, mut browser) = cast(gateway).await;
        let _ = enter(&mut browser, &ada).await.is(303);
        for query in [
            String::new(),
            format!("response_type=code&client_id={}", app.client_id),
            format!("response_type=code&client_id={}&redirect_uri=https://evil.example/", app.client_id),
            format!("response_type=code&client_id={}&redirect_uri={BACK}/more", app.client_id),
            format!("response_type=code&client_id=unknown&redirect_uri={BACK}"),
            format!("response_type=code&client_id={}&redirect_uri={BACK}&redirect_uri={BACK}", app.client_id),
        ] {
            let told = browser.get(&format!("/oauth/authorize?{query}")).await.is(400);
            assert!(told.is_page() && told.header("location").is_none(), "{told:?}");
        }
    });
}

#[test]
fn what_else_is_wrong_is_told_to_the_client() {
    on_each_gateway(async |gateway| {
        let (app, ada, mut browser) = cast(gateway).await;
        let wrong =
            format!("/oauth/authorize?response_type=token&client_id={}&redirect_uri={BACK}&state=s", app.client_id);
        let question = app.question("&prompt=none&state=s");
        for (path, error) in [(&wrong, "unsupported_response_type"), (&question, "login_required")] {
            let back = location(&browser.get(path).await);
            assert!(back.starts_with(BACK), "{back}");
            assert_eq!(parameter(&back, "error").as_deref(), Some(error));
            assert_eq!(parameter(&back, "state").as_deref(), Some("s"));
            assert_eq!(parameter(&back, "iss").as_deref(), Some(gateway.url()));
        }
        let _ = enter(&mut browser, &ada).await.is(303);
        let back = location(&browser.get(&question).await);
        assert_eq!(parameter(&back, "error").as_deref(), Some("consent_required"));
        let consent = browser.get(&app.question("")).await.is(200);
        let _ = browser.send(&decision(&consent, "allow")).await.is(200);
        let back = location(&browser.get(&question).await);
        assert!(parameter(&back, "code").is_some(), "{back}");
    });
}

#[test]
fn who_is_to_log_in_anew_does_so_once() {
    on_each_gateway(async |gateway| {
        let (app, ada, mut browser) = cast(gateway).await;
        let _ = enter(&mut browser, &ada).await.is(303);
        for prompt in ["login", "select_account"] {
            let login = location(&browser.get(&app.question(&format!("&prompt={prompt}"))).await);
            let login = browser.get(&login).await.is(200);
            let entered = browser.fill(&login, &[("email", &ada.email), ("password", ada.password)]).await.is(200);
            let consent = browser.get(&onward(&entered)).await.is(200);
            let _ = decision(&consent, "allow");
        }
    });
}

#[test]
fn a_decision_without_the_proof_of_this_browser_allows_nothing() {
    on_each_gateway(async |gateway| {
        let (app, ada, mut browser) = cast(gateway).await;
        let _ = enter(&mut browser, &ada).await.is(303);
        let consent = browser.get(&app.question("")).await.is(200);
        let allow = decision(&consent, "allow");
        let mut stranger = Browser::new(gateway);
        let others = forms(&stranger.get("/login").await)[0].fields["proof"].clone();
        for proof in ["", &others] {
            let _ = browser.send(&allow.with(&[("proof", proof)])).await.is(403);
        }
        let _ = stranger.send(&allow).await.is(403);
        assert_eq!(gateway_grants(&ada).await, 0);
        let undecided = browser.send(&allow.with(&[("answer", "")])).await.is(200);
        let _ = decision(&undecided, "allow");
        assert_eq!(gateway_grants(&ada).await, 0);
        let _ = browser.send(&allow).await.is(200);
        assert_eq!(gateway_grants(&ada).await, 1);
    });
}

/// How many clients a person lets in.
async fn gateway_grants(person: &Person) -> usize {
    let listed = person.get("/oauth/grants").await.is(200).json();
    listed.as_array().or_else(|| listed["data"].as_array()).map_or(0, Vec::len)
}

#[test]
fn a_clients_name_is_text_and_the_api_beside_the_page_is_as_it_was() {
    on_each_gateway(async |gateway| {
        let owner = gateway.person("owner").await;
        let body = json!({ "name": "<script>alert(1)</script>", "redirect_uri": BACK });
        let app = App::made(gateway, &owner.post("/oauth/clients", &body).await.is(201));
        let ada = gateway.person("ada").await;
        let mut browser = Browser::new(gateway);
        let _ = enter(&mut browser, &ada).await.is(303);
        let html = browser.get(&app.question("")).await.is(200).page();
        assert!(html.contains("&#60;script&#62;alert(1)&#60;/script&#62;") && !html.contains("<script>"), "{html}");
        let answer = ada.get(&app.question("")).header("accept", "*/*").await.is(200);
        assert!(answer.text("/redirect_url").starts_with(BACK));
        assert!(!gateway.nobody().get(&app.question("")).await.is(401).is_page());
    });
}
