//! `/forgot-password`: asks for a link by mail.

use crate::pages::Html;
use crate::pages::browser::Browser;
use crate::pages::complaint::Complaint;
use crate::pages::form::{Asked, Form};
use crate::pages::sheet::{Ask, Link, Reply, Sheet};
use actix_web::http::{Method, StatusCode};
use actix_web::web;
use mainstay_auth::PasswordService;
use mainstay_edge::{Failure, Surface};
use serde::Deserialize;

pub(in crate::pages) const PATH: &str = "/forgot-password";

pub(in crate::pages) fn declare(surface: &mut Surface<'_, Html>) {
    surface.page(Method::GET, "", show);
    surface.page(Method::POST, "", ask);
}

/// Whoever forgot.
#[derive(Deserialize, Default)]
struct Input {
    #[serde(default)]
    email: String,
}

async fn show(browser: Browser, Asked(input): Asked<Input>) -> Result<Reply, Failure> {
    browser.show(StatusCode::OK, &sheet(&browser, input, &Complaint::default()))
}

async fn ask(
    Form { browser, input }: Form<Input>,
    passwords: web::Data<dyn PasswordService>,
) -> Result<Reply, Failure> {
    let words = browser.hosted.words;
    if let Err(fault) = passwords.forgot(&input.email).await {
        let complaint = Complaint::of(fault, words, &["email"])?;
        return browser.show(complaint.status, &sheet(&browser, input, &complaint));
    }
    let sheet = Sheet::new(words.forgotten_sent)
        .says((words.forgotten_sent_text)(&input.email))
        .says(words.forgotten_nothing_came)
        .leads(Link::new("/login", words.to_log_in));
    browser.show(StatusCode::OK, &sheet)
}

fn sheet(browser: &Browser, input: Input, complaint: &Complaint) -> Sheet {
    let words = browser.hosted.words;
    let email = complaint.about(words.email_field(input.email));
    Sheet::new(words.forgotten)
        .warns(complaint.general.clone())
        .says(words.forgotten_text)
        .asks(Ask { action: PATH.to_owned(), fields: vec![email], button: words.forgotten_send, ..Ask::default() })
        .leads(Link::new("/login", words.to_log_in))
}
