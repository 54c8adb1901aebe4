//! The second page of a sign-up: the six digits from the mail.

use super::{CODE, PASSWORD, PATH, Progress, RESEND, begin};
use crate::pages::browser::Browser;
use crate::pages::complaint::Complaint;
use crate::pages::form::Form;
use crate::pages::sheet::{Ask, Link, Reply, Sheet};
use actix_web::http::StatusCode;
use actix_web::web;
use mainstay_auth::{AuthError, RegistrationService};
use mainstay_edge::Failure;
use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct Input {
    #[serde(default)]
    code: String,
}

/// A form that asks for nothing but to be sent.
#[derive(Deserialize)]
pub(super) struct Nothing {}

pub(super) async fn show(browser: Browser) -> Result<Reply, Failure> {
    let Some(progress) = Progress::of(&browser) else { return Ok(begin()) };
    browser.show(StatusCode::OK, &sheet(&browser, &progress, &Complaint::default()))
}

pub(super) async fn verify(
    Form { browser, input }: Form<Input>,
    registration: web::Data<dyn RegistrationService>,
) -> Result<Reply, Failure> {
    let Some(progress) = Progress::of(&browser) else { return Ok(begin()) };
    match registration.verify(&progress.email, input.code.trim(), &browser.client).await {
        Ok(token) => {
            let progress = Progress { token: Some(token), ..progress };
            Ok(progress.keep(&browser, Reply::to(PASSWORD)))
        }
        // The same code sent twice: the first time did it.
        Err(AuthError::EmailAlreadyVerified) if progress.token.is_some() => Ok(Reply::to(PASSWORD)),
        Err(fault) => {
            let complaint = Complaint::of(fault, browser.hosted.words, &["code"])?;
            browser.show(complaint.status, &sheet(&browser, &progress, &complaint))
        }
    }
}

pub(super) async fn resend(
    Form { browser, .. }: Form<Nothing>,
    registration: web::Data<dyn RegistrationService>,
) -> Result<Reply, Failure> {
    let words = browser.hosted.words;
    let Some(progress) = Progress::of(&browser) else { return Ok(begin()) };
    match registration.resend(&progress.email).await {
        Ok(()) => {
            let sheet = sheet(&browser, &progress, &Complaint::default()).notes(words.code_resent);
            browser.show(StatusCode::OK, &sheet)
        }
        Err(fault) => {
            let complaint = Complaint::of(fault, words, &["code"])?;
            let reply = browser.show(complaint.status, &sheet(&browser, &progress, &complaint))?;
            Ok(complaint.finish(reply))
        }
    }
}

fn sheet(browser: &Browser, progress: &Progress, complaint: &Complaint) -> Sheet {
    let words = browser.hosted.words;
    let fields = vec![complaint.about(words.code_field())];
    let verify = Ask { action: CODE.to_owned(), fields, button: words.go_on, ..Ask::default() };
    let resend = Ask { action: RESEND.to_owned(), button: words.code_resend, is_aside: true, ..Ask::default() };
    Sheet::new(words.code_title)
        .warns(complaint.general.clone())
        .says((words.code_text)(&progress.email))
        .asks(verify)
        .asks(resend)
        .leads(Link::new(PATH, words.other_email))
}
