//! Any fault, on its way to a caller.

use crate::dialect::{Context, Dialect as _, Platform, status};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use mainstay_kernel::{Details, Fault, FieldError, Kind};
use std::fmt;
use std::sync::Arc;

/// A fault that a handler or an extractor ends with; any fault becomes one by `?`.
///
/// In which dialect it is told is the business of the surface that the route is mounted on, so
/// that no handler can speak the wrong one.
#[derive(Clone)]
pub struct Failure(Arc<dyn Fault>);

impl Failure {
    /// Of a fault whose type is not known here.
    pub fn of(fault: Arc<dyn Fault>) -> Self {
        Self(fault)
    }

    /// What went wrong.
    pub fn fault(&self) -> &dyn Fault {
        &*self.0
    }
}

impl<F: Fault> From<F> for Failure {
    fn from(fault: F) -> Self {
        Self(Arc::new(fault))
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Outside every surface the platform's dialect is spoken.
impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        status(self.fault().kind())
    }

    fn error_response(&self) -> HttpResponse {
        Platform::tell(self.fault(), &Context::default())
    }
}

/// What the edge itself finds wrong with a request, before any domain sees it.
#[derive(Debug, thiserror::Error)]
pub enum Rejection {
    /// No route has this path.
    #[error("There is nothing at this path.")]
    NoRoute,
    /// The path exists with other methods.
    #[error("This path does not take that method; it takes {}.", .0.join(", "))]
    NoMethod(Vec<String>),
    /// A path that names something by an id which is none.
    #[error("Resource not found.")]
    NoSuchId,
    /// The request cannot be read.
    #[error("{0}")]
    Malformed(String),
    /// The body is not of a type that the route reads.
    #[error("The body must be sent as application/json.")]
    NotJson,
    /// The body is too large.
    #[error("The body is larger than the {0} bytes taken here.")]
    TooLarge(usize),
    /// Fields are wrong.
    #[error("The given data was invalid.")]
    Invalid(Vec<FieldError>),
    /// Whoever asked is gone; nobody reads this.
    #[error("The caller went away before the answer.")]
    CallerGone,
    /// No credential, where one is needed.
    #[error("Invalid or missing API key.")]
    NoCredential,
    /// The credential or role lacks a scope.
    #[error("Insufficient permissions. Required scope: {0}")]
    MissingScope(&'static str),
    /// The workspace's plan has no API access.
    #[error("The plan {0} does not include API access.")]
    NoApiAccess(String),
    /// A handler panicked.
    #[error("a handler panicked: {0}")]
    Panicked(String),
}

impl Rejection {
    /// One wrong field.
    pub fn field(field: &str, rule: &str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(field, rule, message)])
    }
}

impl Fault for Rejection {
    fn kind(&self) -> Kind {
        match self {
            Self::NoRoute | Self::NoSuchId => Kind::NotFound,
            Self::NoMethod(_) => Kind::MethodNotAllowed,
            Self::Malformed(_) | Self::CallerGone => Kind::Malformed,
            Self::NotJson => Kind::UnsupportedMedia,
            Self::TooLarge(_) => Kind::TooLarge,
            Self::Invalid(_) => Kind::Invalid,
            Self::NoCredential => Kind::Unauthenticated,
            Self::MissingScope(_) => Kind::Forbidden,
            Self::NoApiAccess(_) => Kind::PlanRequired,
            Self::Panicked(_) => Kind::Internal,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NoRoute | Self::NoSuchId => "not_found",
            Self::NoMethod(_) => "method_not_allowed",
            Self::Malformed(_) | Self::CallerGone => "bad_request",
            Self::NotJson => "unsupported_media_type",
            Self::TooLarge(_) => "payload_too_large",
            Self::Invalid(_) => "validation_failed",
            Self::NoCredential => "unauthenticated",
            Self::MissingScope(_) => "forbidden_scope",
            Self::NoApiAccess(_) => "forbidden_plan",
            Self::Panicked(_) => "server_error",
        }
    }

    fn details(&self) -> Details {
        match self {
            Self::NoMethod(allowed) => Details::AllowedMethods(allowed.clone()),
            Self::Invalid(fields) => Details::Fields(fields.clone()),
            Self::MissingScope(scope) => Details::RequiredScope((*scope).to_owned()),
            _ => Details::None,
        }
    }
}
