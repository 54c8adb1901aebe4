//! The modules of the OpenID Foundation's plans for providers (`oidcc-basic-certification-test-plan` and
//! `oidcc-config-certification-test-plan`), restated as tests of our own, one a module. They follow what each module asks
//! and are no certificate.

mod claims;
mod codes;
mod count;
mod discovery;
mod logins;
mod questions;

use crate::browser::{Browser, forms};
use crate::oauth_app::{App, BACK, parameter};
use crate::oauth_login::verified;
use crate::pages_consent::decision;
use mainstay_testkit::gateway::{Answer, Gateway, Person};
use serde_json::Value;

/// An application that relies on us, and a person with a browser who goes where it sends them.
struct Party<'g> {
    gateway: &'g Gateway,
    app: App,
    person: Person,
    browser: Browser,
}

/// What a person is stopped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Met {
    Login,
    Consent,
}

/// Where a question led.
struct Visit {
    /// The application's address, with the answer in its query.
    back: String,
    met: Vec<Met>,
}

impl Visit {
    fn told(&self, name: &str) -> Option<String> {
        parameter(&self.back, name)
    }

    #[track_caller]
    fn code(&self) -> String {
        self.told("code").unwrap_or_else(|| panic!("no code in {}", self.back))
    }
}

impl<'g> Party<'g> {
    async fn of(gateway: &'g Gateway) -> Self {
        let owner = gateway.person("owner").await;
        let (app, person) = (App::of(&owner, gateway).await, gateway.person("ada").await);
        Self { gateway, app, person, browser: Browser::new(gateway) }
    }

    /// Goes wherever a question with more parameters leads, logging in and allowing what is asked.
    async fn ask(&mut self, more: &str) -> Visit {
        let first = self.browser.get(&self.app.question(more)).await;
        self.go_on(first).await
    }

    async fn go_on(&mut self, mut answer: Answer) -> Visit {
        let mut met = Vec::new();
        loop {
            match leads_to(&answer) {
                Some(back) if back.starts_with(BACK) => return Visit { back, met },
                Some(next) => answer = self.browser.get(&next).await,
                None if is_login(&answer) => {
                    met.push(Met::Login);
                    let known = [("email", self.person.email.as_str()), ("password", self.person.password)];
                    answer = self.browser.fill(&answer, &known).await;
                }
                None => {
                    met.push(Met::Consent);
                    answer = self.browser.send(&decision(&answer, "allow")).await;
                }
            }
        }
    }

    /// Tokens for a question that is allowed.
    async fn tokens(&mut self, more: &str) -> Answer {
        let code = self.ask(more).await.code();
        self.app.exchange(&code).await.is(200)
    }

    /// What an ID token says, once its signature, issuer, audience and time are checked.
    async fn identity(&self, tokens: &Answer) -> Value {
        verified(self.gateway, &tokens.text("/id_token"), &self.app.client_id).await
    }

    async fn userinfo(&self, tokens: &Answer) -> Value {
        self.app.userinfo(&tokens.text("/access_token")).await.is(200).json()
    }
}

fn is_login(answer: &Answer) -> bool {
    forms(answer).iter().any(|form| form.fields.contains_key("password"))
}

/// Where an answer leads by itself: a redirect, or a page that goes on.
fn leads_to(answer: &Answer) -> Option<String> {
    if answer.status == 303 {
        return answer.header("location").map(str::to_owned);
    }
    let html = answer.is_page().then(|| answer.page())?;
    let (_, rest) = html.split_once("content=\"0;url=")?;
    Some(rest.split('"').next()?.replace("&#38;", "&"))
}
