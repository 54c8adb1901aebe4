//! `/invites/{token}` for browsers: who invites whom to what, and the way in.
//!
//! Beside it, on the same path, stands the API for everyone who does not ask for HTML.

mod joined;
mod offer;

use super::Html;
use super::browser::Browser;
use super::complaint::Complaint;
use super::form::Form;
use super::sheet::{Reply, Sheet};
use crate::identity::joining::Joining;
use actix_web::http::{Method, StatusCode};
use actix_web::web;
use mainstay_auth::{AuthService, Session};
use mainstay_edge::{Failure, PathIds, Surface};
use mainstay_kernel::Secret;
use mainstay_tenancy::invites::InviteError;
use mainstay_tenancy::{InviteService, InviteToken};
use offer::Offered;
use serde::Deserialize;

pub(super) fn declare(surface: &mut Surface<'_, Html>) {
    surface.page(Method::GET, "/{token}", show);
    surface.page(Method::POST, "/{token}", accept);
}

/// The form: whoever is logged in only sends it, and whoever signs up by it chooses a password.
#[derive(Deserialize)]
struct Input {
    password: Option<Secret<String>>,
}

type Invites = web::Data<dyn InviteService>;
type People = web::Data<dyn AuthService>;

async fn show(
    browser: Browser,
    PathIds(token): PathIds<String>,
    invites: Invites,
    people: People,
) -> Result<Reply, Failure> {
    match Offered::find(&browser, token, &**invites, &**people).await? {
        Some(offered) => browser.show(StatusCode::OK, &offered.sheet(&browser, &Complaint::default())),
        None => over(&browser),
    }
}

async fn accept(
    Form { browser, input }: Form<Input>,
    PathIds(token): PathIds<String>,
    (invites, people): (Invites, People),
    joining: Joining,
) -> Result<Reply, Failure> {
    let Some(offered) = Offered::find(&browser, token, &**invites, &**people).await? else { return over(&browser) };
    match (browser.session, input.password) {
        (Some(session), _) => take_seat(&browser, session, &offered, &**invites).await,
        (None, Some(password)) => sign_up(&browser, &password, &offered, joining).await,
        (None, None) => browser.show(StatusCode::OK, &offered.sheet(&browser, &Complaint::default())),
    }
}

async fn take_seat(
    browser: &Browser,
    session: Session,
    offered: &Offered,
    invites: &dyn InviteService,
) -> Result<Reply, Failure> {
    match browser.act(invites.accept(session.person, &offered.token())).await {
        Ok(accepted) => browser.show(StatusCode::OK, &joined::sheet(browser, offered, Some(&accepted))),
        Err(InviteError::AlreadyMember) => browser.show(StatusCode::OK, &joined::sheet(browser, offered, None)),
        Err(InviteError::NotFound | InviteError::Expired) => over(browser),
        Err(fault) => complain(browser, offered, fault),
    }
}

/// Makes the account; its first session is this browser's.
async fn sign_up(
    browser: &Browser,
    password: &Secret<String>,
    offered: &Offered,
    joining: Joining,
) -> Result<Reply, Failure> {
    match joining.sign_up(offered.email(), password, &offered.token(), &browser.client).await {
        Ok((signed_up, accepted)) => {
            let reply = browser.show(StatusCode::OK, &joined::sheet(browser, offered, Some(&accepted)))?;
            Ok(browser.log_in(reply, &signed_up.tokens))
        }
        Err(failure) => complain(browser, offered, failure),
    }
}

fn complain(browser: &Browser, offered: &Offered, fault: impl Into<Failure>) -> Result<Reply, Failure> {
    let complaint = Complaint::of(fault, browser.hosted.words, offered.visitor.fields())?;
    let reply = browser.show(complaint.status, &offered.sheet(browser, &complaint))?;
    Ok(complaint.finish(reply))
}

fn over(browser: &Browser) -> Result<Reply, Failure> {
    let words = browser.hosted.words;
    browser.show(StatusCode::NOT_FOUND, &Sheet::new(words.invite_over).says(words.invite_over_text))
}

/// The path of an invite's page.
fn path(token: &InviteToken) -> String {
    format!("/invites/{}", token.expose())
}
