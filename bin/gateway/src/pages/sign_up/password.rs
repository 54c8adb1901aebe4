//! The last page of a sign-up: the password, and there is an account.

use super::{PASSWORD, Progress, begin, to_log_in};
use crate::pages::browser::Browser;
use crate::pages::complaint::Complaint;
use crate::pages::form::Form;
use crate::pages::login::welcome;
use crate::pages::sheet::{Ask, Reply, Sheet};
use actix_web::http::StatusCode;
use actix_web::web;
use mainstay_auth::{AuthService, RegistrationService};
use mainstay_edge::Failure;
use mainstay_kernel::Secret;
use mainstay_tenancy::WorkspaceService;
use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct Input {
    password: Secret<String>,
}

pub(super) async fn show(browser: Browser) -> Result<Reply, Failure> {
    let progress = Progress::of(&browser).filter(|progress| progress.token.is_some());
    let Some(progress) = progress else { return Ok(begin()) };
    browser.show(StatusCode::OK, &sheet(&browser, &progress, &Complaint::default()))
}

pub(super) async fn complete(
    Form { browser, input }: Form<Input>,
    registration: web::Data<dyn RegistrationService>,
    workspaces: web::Data<dyn WorkspaceService>,
    people: web::Data<dyn AuthService>,
) -> Result<Reply, Failure> {
    let Some(progress) = Progress::of(&browser) else { return Ok(begin()) };
    let Some(token) = &progress.token else { return Ok(begin()) };
    match registration.complete(&progress.email, &input.password, Some(token.expose()), &browser.client).await {
        Ok(signed_up) => {
            workspaces.personal(signed_up.person.id).await?;
            welcome(&browser, &signed_up.tokens, progress.return_to.as_ref(), &**people).await
        }
        Err(fault) => {
            let complaint = Complaint::of(fault, browser.hosted.words, &["password"])?;
            browser.show(complaint.status, &sheet(&browser, &progress, &complaint))
        }
    }
}

fn sheet(browser: &Browser, progress: &Progress, complaint: &Complaint) -> Sheet {
    let words = browser.hosted.words;
    let fields = vec![complaint.about(words.new_password_field())];
    let (action, username) = (PASSWORD.to_owned(), Some(progress.email.clone()));
    let ask = Ask { action, username, fields, button: words.sign_up_finish, ..Ask::default() };
    Sheet::new(words.sign_up_password)
        .warns(complaint.general.clone())
        .says((words.sign_up_password_text)(&progress.email))
        .asks(ask)
        .leads(to_log_in(browser, progress.return_to.as_ref()))
}
