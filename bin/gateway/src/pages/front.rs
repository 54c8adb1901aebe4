//! `/` for browsers: where people come in. To everybody else there is nothing at this path.

use super::Html;
use super::browser::Browser;
use super::sheet::{Link, Reply, Sheet};
use super::{login, logout, projects, sign_up};
use actix_web::http::{Method, StatusCode};
use mainstay_edge::{Failure, Surface};

pub(super) const PATH: &str = "/";

pub(super) fn declare(surface: &mut Surface<'_, Html>) {
    surface.page(Method::GET, "", front);
}

async fn front(browser: Browser) -> Result<Reply, Failure> {
    let (hosted, words) = (&browser.hosted, browser.hosted.words);
    let brand = hosted.brand.as_str();
    let sheet = Sheet::new((words.front)(brand)).says((words.front_text)(brand));
    let mut sheet = match browser.session {
        Some(_) => {
            let projects = Link::new(projects::PATH, words.projects).drawn_as_button();
            sheet.leads(projects).asks(logout::ask(words, None))
        }
        None => sheet
            .leads(Link::new(login::PATH, words.to_log_in).drawn_as_button())
            .leads(Link::new(sign_up::PATH, words.to_sign_up)),
    };
    if let Some(app) = &hosted.app_url {
        sheet = sheet.leads(Link::new(app, (words.to_app)(brand)));
    }
    if hosted.has_docs {
        sheet = sheet.leads(Link::new(crate::system::docs::DOCS, words.to_docs));
    }
    browser.show(StatusCode::OK, &sheet)
}
