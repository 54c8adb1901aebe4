//! `/sign-up`: from an address to an account, in three pages: the address, the code from the mail, the password.

mod address;
mod code;
mod password;
mod progress;

use super::Html;
use super::browser::Browser;
use super::return_to::ReturnTo;
use super::sheet::{Link, Reply};
use actix_web::http::Method;
use mainstay_edge::Surface;
use progress::Progress;

pub(super) const PATH: &str = "/sign-up";
const CODE: &str = "/sign-up/code";
const RESEND: &str = "/sign-up/resend";
const PASSWORD: &str = "/sign-up/password";

pub(super) fn declare(surface: &mut Surface<'_, Html>) {
    surface.page(Method::GET, "", address::show);
    surface.page(Method::POST, "", address::start);
    surface.page(Method::GET, "/code", code::show);
    surface.page(Method::POST, "/code", code::verify);
    surface.page(Method::POST, "/resend", code::resend);
    surface.page(Method::GET, "/password", password::show);
    surface.page(Method::POST, "/password", password::complete);
}

/// Whoever comes to a later page first begins at the beginning.
fn begin() -> Reply {
    Reply::to(PATH)
}

fn to_log_in(browser: &Browser, to: Option<&ReturnTo>) -> Link {
    Link::new(ReturnTo::after(to, super::login::PATH), browser.hosted.words.have_account)
}
