//! The credential itself, for the few handlers that need more than who it stands for.

use crate::credential;
use crate::describe::{Argument, Description};
use crate::failure::Failure;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use mainstay_kernel::Secret;
use std::future::{Ready, ready};

/// The key or token that came with the request; empty when none did.
pub struct Presented(pub Secret<String>);

impl FromRequest for Presented {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let found = credential::of(request.headers()).ok().flatten().unwrap_or_default();
        ready(Ok(Self(Secret::new(found.into_owned()))))
    }
}

impl Argument for Presented {
    fn describe(_: &mut Description<'_>) {}
}
