//! What a client says of itself, or what of it has not even the right type, in the words of RFC 7591 section 3.2.2.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use mainstay_auth::OAuthError;
use mainstay_edge::describe::{Argument, Description};
use mainstay_edge::{Failure, Valid};
use mainstay_kernel::{Details, FieldError};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use std::pin::Pin;
use validator::Validate;

/// A body of [`Valid`], of which a wrong field is wrong metadata.
pub(super) struct Said<T>(pub(super) T);

impl<T: DeserializeOwned + JsonSchema + Validate + 'static> FromRequest for Said<T> {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let reading = Valid::<T>::from_request(request, payload);
        Box::pin(async move { reading.await.map(|Valid(said)| Self(said)).map_err(in_its_words) })
    }
}

impl<T: JsonSchema> Argument for Said<T> {
    fn describe(to: &mut Description<'_>) {
        Valid::<T>::describe(to);
    }
}

fn in_its_words(failure: Failure) -> Failure {
    match failure.fault().details() {
        Details::Fields(fields) if !fields.is_empty() => {
            let message = fields.iter().map(|wrong| wrong.message.as_str()).collect::<Vec<_>>().join(" ");
            let is_address = |wrong: &FieldError| wrong.field.starts_with("redirect_uris");
            let are_addresses = fields.iter().all(is_address);
            let wrong = if are_addresses { OAuthError::InvalidRedirectUri } else { OAuthError::InvalidClientMetadata };
            wrong(message).into()
        }
        _ => failure,
    }
}
