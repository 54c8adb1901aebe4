//! `/`: whoever types the bare address is led to where people come in.

use super::Html;
use super::login;
use super::sheet::Reply;
use actix_web::http::Method;
use mainstay_edge::{Failure, Surface};

pub(super) fn declare(surface: &mut Surface<'_, Html>) {
    surface.page(Method::GET, "", async || Ok::<_, Failure>(Reply::to(login::PATH)));
}
