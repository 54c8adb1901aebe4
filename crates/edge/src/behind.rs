//! What stands behind the credential, for the few handlers that need more than who it stands for.

use crate::describe::{Argument, Description};
use crate::failure::Failure;
use crate::guard::Caller;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use std::any::Any;
use std::future::{Ready, ready};
use std::sync::Arc;

/// The `T` that the authenticator found for the credential, such as the API key; none where it found another thing.
///
/// Handlers get this and never the credential itself.
pub struct Behind<T>(pub Option<Arc<T>>);

impl<T: Any + Send + Sync> FromRequest for Behind<T> {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let found = Caller::of(request).behind().and_then(|found| found.downcast().ok());
        ready(Ok(Self(found)))
    }
}

impl<T> Argument for Behind<T> {
    fn describe(_: &mut Description<'_>) {}
}
