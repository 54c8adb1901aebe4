//! Routes that take a person in person.

use crate::describe::{Argument, Description};
use crate::failure::Failure;
use crate::guard::Known;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use mainstay_kernel::{Fault, Kind, SessionId, UserId, Via};
use std::future::{Ready, ready};

/// The caller has logged in: what an account is kept safe with is not to be changed by a key that was given away.
#[derive(Debug, Clone, Copy)]
pub struct LoggedIn {
    /// Who.
    pub user: UserId,
    /// In which session.
    pub session: SessionId,
}

/// The caller came with an API key.
#[derive(Debug, thiserror::Error)]
#[error("Log in to do this. An API key cannot.")]
struct KeyNotTaken;

impl Fault for KeyNotTaken {
    fn kind(&self) -> Kind {
        Kind::Forbidden
    }

    fn code(&self) -> &'static str {
        "session_required"
    }
}

impl FromRequest for LoggedIn {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let logged_in = |known: Known| match known.0.via {
            Via::Session(session) => Ok(Self { user: known.0.user, session }),
            Via::ApiKey(_) | Via::Grant(_) => Err(KeyNotTaken.into()),
        };
        ready(Known::from_request(request, payload).into_inner().and_then(logged_in))
    }
}

impl Argument for LoggedIn {
    fn describe(to: &mut Description<'_>) {
        to.needs_credential();
    }
}
