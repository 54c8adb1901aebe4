//! `/reset-password`: where the link of the mail leads.

use super::forgotten;
use crate::pages::Html;
use crate::pages::browser::Browser;
use crate::pages::complaint::Complaint;
use crate::pages::form::{Asked, Form};
use crate::pages::sheet::{Ask, Link, Reply, Sheet};
use actix_web::http::{Method, StatusCode};
use actix_web::web;
use mainstay_auth::{AuthError, PasswordService};
use mainstay_edge::{Failure, Surface};
use mainstay_kernel::Secret;
use serde::Deserialize;

pub(in crate::pages) fn declare(surface: &mut Surface<'_, Html>) {
    surface.page(Method::GET, "", show);
    surface.page(Method::POST, "", set);
}

/// The link.
#[derive(Deserialize)]
struct Query {
    #[serde(default = "nothing")]
    token: Secret<String>,
}

/// The link, and the new password.
#[derive(Deserialize)]
struct Input {
    #[serde(default = "nothing")]
    token: Secret<String>,
    #[serde(default = "nothing")]
    password: Secret<String>,
}

type Passwords = web::Data<dyn PasswordService>;

fn nothing() -> Secret<String> {
    Secret::new(String::new())
}

/// Shows the form and leaves the link as it is: programs that look into mails for people follow links too.
async fn show(browser: Browser, Asked(Query { token }): Asked<Query>, passwords: Passwords) -> Result<Reply, Failure> {
    ask(&browser, &token, &Complaint::default(), &**passwords).await
}

async fn set(
    Form { browser, input: Input { token, password } }: Form<Input>,
    passwords: Passwords,
) -> Result<Reply, Failure> {
    match passwords.reset(token.expose(), &password).await {
        Ok(()) => done(&browser),
        Err(AuthError::InvalidToken | AuthError::TokenExpired) => over(&browser),
        Err(fault) => {
            let complaint = Complaint::of(fault, browser.hosted.words, &["password"])?;
            Ok(complaint.finish(ask(&browser, &token, &complaint, &**passwords).await?))
        }
    }
}

/// Asks for the password, where the link still stands.
async fn ask(
    browser: &Browser,
    token: &Secret<String>,
    complaint: &Complaint,
    passwords: &dyn PasswordService,
) -> Result<Reply, Failure> {
    match passwords.whose_link(token.expose()).await {
        Ok(email) => browser.show(complaint.status, &sheet(browser, token, email, complaint)),
        Err(AuthError::InvalidToken | AuthError::TokenExpired) => over(browser),
        Err(fault) => Err(fault.into()),
    }
}

fn sheet(browser: &Browser, token: &Secret<String>, email: String, complaint: &Complaint) -> Sheet {
    let words = browser.hosted.words;
    let ask = Ask {
        action: "/reset-password".to_owned(),
        hidden: vec![("token", token.expose().clone())],
        username: Some(email),
        fields: vec![complaint.about(words.new_password_field())],
        button: words.reset_set,
        ..Ask::default()
    };
    Sheet::new(words.reset).warns(complaint.general.clone()).says(words.reset_text).asks(ask)
}

fn done(browser: &Browser) -> Result<Reply, Failure> {
    let words = browser.hosted.words;
    let sheet = Sheet::new(words.reset_done)
        .says(words.reset_done_text)
        .leads(Link::new("/login", words.to_log_in).drawn_as_button());
    browser.show(StatusCode::OK, &sheet)
}

fn over(browser: &Browser) -> Result<Reply, Failure> {
    let words = browser.hosted.words;
    let sheet = Sheet::new(words.link_over)
        .says(words.link_over_text)
        .leads(Link::new(forgotten::PATH, words.forgotten_ask_again).drawn_as_button());
    browser.show(StatusCode::GONE, &sheet)
}
