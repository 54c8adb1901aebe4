//! The first page of a sign-up: where mail reaches the person.

use super::{CODE, PATH, Progress, to_log_in};
use crate::pages::browser::Browser;
use crate::pages::complaint::Complaint;
use crate::pages::form::{Asked, Form};
use crate::pages::return_to::ReturnTo;
use crate::pages::sheet::{Ask, Reply, Sheet};
use actix_web::http::StatusCode;
use actix_web::web;
use mainstay_auth::RegistrationService;
use mainstay_edge::Failure;
use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct Input {
    #[serde(default)]
    email: String,
    #[serde(default)]
    return_to: String,
}

pub(super) async fn show(browser: Browser, Asked(input): Asked<Input>) -> Result<Reply, Failure> {
    browser.show(StatusCode::OK, &sheet(&browser, input, &Complaint::default()))
}

pub(super) async fn start(
    Form { browser, input }: Form<Input>,
    registration: web::Data<dyn RegistrationService>,
) -> Result<Reply, Failure> {
    if let Err(fault) = registration.start(&input.email).await {
        let complaint = Complaint::of(fault, browser.hosted.words, &["email"])?;
        let reply = browser.show(complaint.status, &sheet(&browser, input, &complaint))?;
        return Ok(complaint.finish(reply));
    }
    let progress = Progress { email: input.email, token: None, return_to: ReturnTo::parse(&input.return_to) };
    Ok(progress.keep(&browser, Reply::to(CODE)))
}

fn sheet(browser: &Browser, input: Input, complaint: &Complaint) -> Sheet {
    let words = browser.hosted.words;
    let to = ReturnTo::parse(&input.return_to);
    let ask = Ask {
        action: PATH.to_owned(),
        hidden: to.iter().map(|to| ("return_to", to.as_str().to_owned())).collect(),
        fields: vec![complaint.about(words.email_field(input.email))],
        button: words.go_on,
        ..Ask::default()
    };
    Sheet::new(words.sign_up)
        .warns(complaint.general.clone())
        .says(words.sign_up_text)
        .asks(ask)
        .leads(to_log_in(browser, to.as_ref()))
}
