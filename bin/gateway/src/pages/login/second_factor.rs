//! `/login/second-factor`: the code that a right password is not enough without.

use super::welcome;
use crate::pages::Html;
use crate::pages::browser::Browser;
use crate::pages::complaint::Complaint;
use crate::pages::cookies::Jar;
use crate::pages::form::{Asked, Form};
use crate::pages::return_to::ReturnTo;
use crate::pages::sheet::{Ask, Field, Link, Reply, Sheet};
use actix_web::http::{Method, StatusCode};
use actix_web::web;
use mainstay_auth::{AuthError, AuthService, SecondFactorService};
use mainstay_edge::{Failure, Surface};
use mainstay_kernel::Secret;
use serde::Deserialize;

pub(super) const PATH: &str = "/login/second-factor";

pub(super) fn declare(surface: &mut Surface<'_, Html>) {
    surface.has_its_own_throttle("/second-factor");
    surface.page(Method::GET, "/second-factor", show);
    surface.page(Method::POST, "/second-factor", verify);
}

#[derive(Deserialize)]
struct Query {
    #[serde(default)]
    return_to: String,
}

#[derive(Deserialize)]
struct Input {
    code: Secret<String>,
    #[serde(default)]
    return_to: String,
}

async fn show(browser: Browser, Asked(query): Asked<Query>) -> Result<Reply, Failure> {
    let to = ReturnTo::parse(&query.return_to);
    if browser.brought(Jar::Challenge).is_none() {
        return over(&browser, to.as_ref());
    }
    browser.show(StatusCode::OK, &sheet(&browser, to.as_ref(), &Complaint::default()))
}

async fn verify(
    Form { browser, input }: Form<Input>,
    factor: web::Data<dyn SecondFactorService>,
    people: web::Data<dyn AuthService>,
) -> Result<Reply, Failure> {
    let to = ReturnTo::parse(&input.return_to);
    let Some(challenge) = browser.brought(Jar::Challenge) else { return over(&browser, to.as_ref()) };
    match factor.verify(challenge.expose(), input.code.expose().trim(), &browser.client).await {
        Ok(pair) => welcome(&browser, &pair, to.as_ref(), &**people).await,
        Err(AuthError::InvalidChallenge) => over(&browser, to.as_ref()),
        Err(fault) => {
            let complaint = Complaint::of(fault, browser.hosted.words, &["code"])?;
            let reply = browser.show(complaint.status, &sheet(&browser, to.as_ref(), &complaint))?;
            Ok(complaint.finish(reply))
        }
    }
}

fn sheet(browser: &Browser, to: Option<&ReturnTo>, complaint: &Complaint) -> Sheet {
    let words = browser.hosted.words;
    // A recovery code has letters.
    let code = Field { hint: words.second_factor_hint, is_digits: false, ..words.code_field() };
    let ask = Ask {
        action: PATH.to_owned(),
        hidden: to.map(|to| ("return_to", to.as_str().to_owned())).into_iter().collect(),
        fields: vec![complaint.about(code)],
        button: words.to_log_in,
        ..Ask::default()
    };
    Sheet::new(words.second_factor)
        .warns(complaint.general.clone())
        .says(words.second_factor_text)
        .asks(ask)
        .leads(Link::new(ReturnTo::after(to, super::PATH), words.start_again))
}

fn over(browser: &Browser, to: Option<&ReturnTo>) -> Result<Reply, Failure> {
    let words = browser.hosted.words;
    let sheet = Sheet::new(words.login_over)
        .says(words.login_over_text)
        .leads(Link::new(ReturnTo::after(to, super::PATH), words.to_log_in).drawn_as_button());
    Ok(browser.forget(browser.show(StatusCode::GONE, &sheet)?, Jar::Challenge))
}
