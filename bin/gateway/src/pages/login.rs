//! `/login`: an address and a password begin a session of this browser.

pub(super) mod second_factor;

use super::Html;
use super::browser::Browser;
use super::complaint::Complaint;
use super::cookies::Jar;
use super::form::{Asked, Form};
use super::logout;
use super::return_to::ReturnTo;
use super::sheet::{Ask, Link, Reply, Sheet};
use actix_web::http::{Method, StatusCode};
use actix_web::web;
use mainstay_auth::{AuthService, Challenge, Entrance, SessionService, TokenPair};
use mainstay_edge::{Failure, Surface};
use mainstay_kernel::Secret;
use serde::Deserialize;

pub(super) const PATH: &str = "/login";

pub(super) fn declare(surface: &mut Surface<'_, Html>) {
    surface.has_its_own_throttle("");
    surface.page(Method::GET, "", show);
    surface.page(Method::POST, "", enter);
    second_factor::declare(surface);
}

/// What the page may be asked with.
#[derive(Deserialize, Default)]
struct Query {
    #[serde(default)]
    return_to: String,
    #[serde(default)]
    email: String,
    /// Whether even somebody who is logged in is to log in.
    #[serde(default)]
    again: String,
}

/// The form.
#[derive(Deserialize)]
struct Input {
    #[serde(default)]
    email: String,
    password: Secret<String>,
    #[serde(default)]
    return_to: String,
}

async fn show(
    browser: Browser,
    Asked(query): Asked<Query>,
    people: web::Data<dyn AuthService>,
) -> Result<Reply, Failure> {
    let return_to = ReturnTo::parse(&query.return_to);
    match (browser.session.filter(|_| query.again.is_empty()), return_to) {
        (Some(_), Some(to)) => Ok(Reply::to(to.as_str())),
        (Some(session), None) => {
            let person = people.person(session.person).await?;
            browser.show(StatusCode::OK, &inside(&browser, person.as_ref().map_or("", |person| &person.email)))
        }
        (None, to) => browser.show(StatusCode::OK, &sheet(&browser, query.email, to.as_ref(), &Complaint::default())),
    }
}

async fn enter(
    Form { browser, input }: Form<Input>,
    sessions: web::Data<dyn SessionService>,
    people: web::Data<dyn AuthService>,
) -> Result<Reply, Failure> {
    let to = ReturnTo::parse(&input.return_to);
    match sessions.log_in(&input.email, &input.password, &browser.client).await {
        Ok(Entrance::Open(pair)) => welcome(&browser, &pair, to.as_ref(), &**people).await,
        Ok(Entrance::SecondFactor(challenge)) => Ok(ask_for_more(&browser, &challenge, to.as_ref())),
        Err(fault) => {
            let complaint = Complaint::of(fault, browser.hosted.words, &["email", "password"])?;
            let reply = browser.show(complaint.status, &sheet(&browser, input.email, to.as_ref(), &complaint))?;
            Ok(complaint.finish(reply))
        }
    }
}

/// Keeps the session that has just begun, ends the one that the browser had until now, and leads on.
pub(super) async fn welcome(
    browser: &Browser,
    pair: &TokenPair,
    to: Option<&ReturnTo>,
    people: &dyn AuthService,
) -> Result<Reply, Failure> {
    if let Some(before) = browser.session {
        browser.act(people.log_out(before.id)).await?;
    }
    let reply = match to {
        Some(to) if to.may_lead_away() => {
            let sheet = Sheet::new((browser.hosted.words.logged_in)(browser.hosted.brand.as_str()));
            browser.lead(sheet, to.as_str())?
        }
        to => Reply::to(to.map_or(PATH, ReturnTo::as_str)),
    };
    Ok(browser.log_in(reply, pair))
}

/// The address of this page for somebody whose email may be known, who may have to log in though they are.
pub(super) fn address(to: Option<&ReturnTo>, email: Option<&str>, again: bool) -> String {
    let to = to.map(|to| ("return_to", to.as_str()));
    let pairs = [to, email.map(|email| ("email", email)), again.then_some(("again", "1"))];
    let query = serde_urlencoded::to_string(pairs.into_iter().flatten().collect::<Vec<_>>());
    format!("{PATH}?{}", query.unwrap_or_default())
}

fn ask_for_more(browser: &Browser, challenge: &Challenge, to: Option<&ReturnTo>) -> Reply {
    browser.keep(Reply::to(&ReturnTo::after(to, second_factor::PATH)), Jar::Challenge, &challenge.token)
}

fn sheet(browser: &Browser, email: String, to: Option<&ReturnTo>, complaint: &Complaint) -> Sheet {
    let words = browser.hosted.words;
    let ask = Ask {
        action: PATH.to_owned(),
        hidden: to.map(|to| ("return_to", to.as_str().to_owned())).into_iter().collect(),
        fields: vec![complaint.about(words.email_field(email)), complaint.about(words.password_field())],
        button: words.to_log_in,
        ..Ask::default()
    };
    Sheet::new((words.log_in_to)(browser.hosted.brand.as_str()))
        .warns(complaint.general.clone())
        .asks(ask)
        .leads(Link::new(super::password::forgotten::PATH, words.forgotten))
        .leads(Link::new(ReturnTo::after(to, super::sign_up::PATH), words.to_sign_up))
}

/// Who is logged in already.
fn inside(browser: &Browser, email: &str) -> Sheet {
    let words = browser.hosted.words;
    let sheet = Sheet::new((words.logged_in)(browser.hosted.brand.as_str())).says((words.logged_in_as)(email));
    let sheet = match &browser.hosted.app_url {
        Some(app) => sheet.leads(Link::new(app, (words.to_app)(browser.hosted.brand.as_str())).drawn_as_button()),
        None => sheet.leads(Link::new(super::projects::PATH, words.projects)),
    };
    sheet.asks(logout::ask(words, None))
}
