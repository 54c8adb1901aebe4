//! Uses as they are told: in a form of our own, or as CloudEvents 1.0 in any of their modes (HTTP protocol binding, section 3).

mod attributes;
mod cloud_event;
mod headers;

use super::input::{BatchRequest, UsageRequest};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use cloud_event::{CloudEvent, CloudEvents};
use futures_util::future::LocalBoxFuture;
use mainstay_edge::describe::{Argument, Description};
use mainstay_edge::{Failure, Rejection, Valid, valid};
use mainstay_entitlements::{EntitlementError, NewUse};
use mainstay_kernel::{Details, Fault, FieldError, Kind};

/// The types of a body that is one event, and of one that is several.
const EVENT: &str = "application/cloudevents+json";
const EVENTS: &str = "application/cloudevents-batch+json";
/// What the type of every body begins with that is an event or several, whatever the format.
const ANY_EVENT: &str = "application/cloudevents";

/// One use.
pub(super) struct ToldUse {
    pub(super) told: NewUse,
    pub(super) words: Words,
}

/// Several uses.
pub(super) struct ToldUses {
    pub(super) told: Vec<NewUse>,
    pub(super) words: Words,
}

/// In whose words a use was told, and what is wrong with it is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Words {
    Own,
    CloudEvent,
}

impl Words {
    /// What is wrong, in these words.
    pub(super) fn name(self, error: EntitlementError) -> EntitlementError {
        match error {
            EntitlementError::Invalid(fields) if self == Self::CloudEvent => {
                let named = |field: FieldError| FieldError { field: attributes::name(&field.field), ..field };
                EntitlementError::Invalid(fields.into_iter().map(named).collect())
            }
            other => other,
        }
    }
}

/// The body is an event in a format that is not read here, or several where one is expected, or the other way round.
#[derive(Debug, thiserror::Error)]
#[error("The body must be sent as application/json or {0}.")]
struct OtherFormat(&'static str);

impl Fault for OtherFormat {
    fn kind(&self) -> Kind {
        Kind::UnsupportedMedia
    }

    fn code(&self) -> &'static str {
        "unsupported_media_type"
    }

    fn details(&self) -> Details {
        Details::None
    }
}

impl FromRequest for ToldUse {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move { Self::read(&request, payload).await })
    }
}

impl ToldUse {
    async fn read(request: &HttpRequest, mut payload: Payload) -> Result<Self, Failure> {
        let content_type = valid::content_type(request);
        let event = if content_type == EVENT {
            valid::object::<CloudEvent>(&valid::body(request, payload).await?)?
        } else if content_type.starts_with(ANY_EVENT) {
            return Err(OtherFormat(EVENT).into());
        } else if headers::tell_of_an_event(request) {
            let body = valid::body(request, payload).await?;
            headers::event(request, &content_type, &body)?
        } else {
            let Valid(own) = Valid::<UsageRequest>::from_request(request, &mut payload).await?;
            return Ok(Self { told: own.try_into()?, words: Words::Own });
        };
        let told = event.told().map_err(Rejection::Invalid)?;
        Ok(Self { told, words: Words::CloudEvent })
    }
}

impl FromRequest for ToldUses {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move { Self::read(&request, payload).await })
    }
}

impl ToldUses {
    async fn read(request: &HttpRequest, mut payload: Payload) -> Result<Self, Failure> {
        let content_type = valid::content_type(request);
        if content_type == EVENTS {
            let events = CloudEvents(valid::objects(&valid::body(request, payload).await?)?);
            let told = events.told().map_err(Rejection::Invalid)?;
            return Ok(Self { told, words: Words::CloudEvent });
        }
        if content_type.starts_with(ANY_EVENT) {
            return Err(OtherFormat(EVENTS).into());
        }
        let Valid(own) = Valid::<BatchRequest>::from_request(request, &mut payload).await?;
        Ok(Self { told: own.into_uses()?, words: Words::Own })
    }
}

impl Argument for ToldUse {
    fn describe(to: &mut Description<'_>) {
        Valid::<UsageRequest>::describe(to);
        to.or_body::<CloudEvent>(EVENT);
        headers::describe(to);
    }
}

impl Argument for ToldUses {
    fn describe(to: &mut Description<'_>) {
        Valid::<BatchRequest>::describe(to);
        to.or_body::<CloudEvents>(EVENTS);
    }
}
