//! `/logout`: ends the session of this browser, and of nothing else.

pub(super) mod by_client;

use super::Html;
use super::browser::Browser;
use super::form::Form;
use super::return_to::ReturnTo;
use super::sheet::{Ask, Link, Reply, Sheet};
use super::words::Words;
use actix_web::http::{Method, StatusCode};
use actix_web::web;
use mainstay_auth::AuthService;
use mainstay_edge::{Failure, Surface};
use serde::Deserialize;

const PATH: &str = "/logout";

pub(super) fn declare(surface: &mut Surface<'_, Html>) {
    surface.page(Method::POST, "", leave);
}

#[derive(Deserialize)]
struct Input {
    #[serde(default)]
    return_to: String,
}

async fn leave(Form { browser, input }: Form<Input>, people: web::Data<dyn AuthService>) -> Result<Reply, Failure> {
    end_session(&browser, &**people).await?;
    match ReturnTo::parse(&input.return_to) {
        Some(to) => Ok(browser.log_out(Reply::to(to.as_str()))),
        None => farewell(&browser),
    }
}

async fn end_session(browser: &Browser, people: &dyn AuthService) -> Result<(), Failure> {
    if let Some(session) = browser.session {
        browser.act(people.log_out(session.id)).await?;
    }
    Ok(())
}

/// That nobody is logged in here any more, where they do not go on to somewhere.
fn farewell(browser: &Browser) -> Result<Reply, Failure> {
    let words = browser.hosted.words;
    let sheet = Sheet::new(words.logged_out)
        .says(words.logged_out_text)
        .leads(Link::new(super::login::PATH, words.to_log_in).drawn_as_button());
    Ok(browser.log_out(browser.show(StatusCode::OK, &sheet)?))
}

/// The button that logs out, and leads to a page afterwards.
pub(super) fn ask(words: &Words, to: Option<&ReturnTo>) -> Ask {
    Ask {
        action: PATH.to_owned(),
        hidden: to.map(|to| ("return_to", to.as_str().to_owned())).into_iter().collect(),
        button: if to.is_some() { words.other_account } else { words.to_log_out },
        is_aside: true,
        ..Ask::default()
    }
}
