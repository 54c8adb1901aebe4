//! A request that is sent twice with the same `Idempotency-Key` runs once.
//!
//! The rules are those of `mainstay_store::idempotency`; this is their HTTP side. Answers are kept
//! for 24 hours but for 5xx, 429 and 401, whose requests may be sent again.

use crate::crash;
use crate::credential;
use crate::dialect::Dialect;
use crate::failure::{Failure, Rejection};
use crate::guard::Caller;
use crate::telling;
use crate::valid;
use actix_web::body::{BoxBody, MessageBody, to_bytes};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode, header};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, HttpResponse, web};
use mainstay_kernel::{Clock, Details, Fault, FieldError, Ids, Keyring, Kind, Origin, Principal, Via};
use mainstay_store::idempotency::{Answer, Claimed, Request, Reservation, Reservations, run_for};
use mainstay_store::origin;
use schemars::JsonSchema;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// What idempotency needs; given to the application as data.
pub struct Idempotency {
    /// Where reservations are kept.
    pub reservations: Arc<dyn Reservations>,
    /// Seals answers, which may show secrets.
    pub keyring: Arc<Keyring>,
    /// Randomness for the seal.
    pub ids: Arc<dyn Ids>,
    /// Now.
    pub clock: Arc<dyn Clock>,
}

/// The schema of a key.
#[derive(JsonSchema)]
#[schemars(transparent)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct IdempotencyKey(#[schemars(length(min = 1, max = 255), regex(pattern = "^[!-~]+$"))] String);

static HEADER: HeaderName = HeaderName::from_static("idempotency-key");
const MAX_KEY: usize = 255;

/// Why a request with an idempotency key does not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdempotencyError {
    /// The first one is still running.
    #[error("A request with this idempotency key is still running. Try again shortly.")]
    InProgress,
    /// The key was used for another request.
    #[error("This idempotency key was used for a different request.")]
    Mismatch,
    /// The first one took effect, and its answer is lost.
    #[error("A request with this idempotency key took effect, but its answer was lost. Look before you send it anew.")]
    OutcomeUnknown,
}

impl Fault for IdempotencyError {
    fn kind(&self) -> Kind {
        match self {
            Self::InProgress | Self::OutcomeUnknown => Kind::Conflict,
            Self::Mismatch => Kind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::InProgress => "idempotency_in_progress",
            Self::Mismatch => "idempotency_key_mismatch",
            Self::OutcomeUnknown => "idempotency_outcome_unknown",
        }
    }

    fn details(&self) -> Details {
        match self {
            Self::Mismatch => Details::Fields(vec![FieldError::new("Idempotency-Key", self.code(), self.to_string())]),
            Self::InProgress | Self::OutcomeUnknown => Details::None,
        }
    }
}

/// Whether requests of this method can be made idempotent by a key.
pub(crate) fn applies_to(method: &Method) -> bool {
    [Method::POST, Method::PUT, Method::PATCH, Method::DELETE].contains(method)
}

/// Runs a request on behalf of its origin, or answers as its first run did.
///
/// # Errors
/// None of its own.
pub(crate) async fn once<D: Dialect>(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
    origin: Option<Arc<Origin>>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let kept_in = |wanted| Some((wanted, request.app_data::<web::Data<Idempotency>>()?.clone()));
    let Some(((key, principal), idempotency)) = wanted(&request).and_then(kept_in) else {
        return call(next, request, origin).await;
    };
    let recognised = match recognise(&mut request, key, &principal).await {
        Ok(recognised) => recognised,
        Err(rejection) => return Ok(refuse(request, rejection)),
    };
    let scope = recognised.scope.clone();
    match idempotency.reservations.reserve(recognised, idempotency.clock.now()).await {
        Err(cause) => Ok(refuse(request, cause)),
        Ok(Reservation::InProgress) => Ok(refuse(request, IdempotencyError::InProgress)),
        Ok(Reservation::OtherRequest) => Ok(refuse(request, IdempotencyError::Mismatch)),
        Ok(Reservation::OutcomeUnknown) => Ok(refuse(request, IdempotencyError::OutcomeUnknown)),
        Ok(Reservation::Replay(answer)) => Ok(idempotency.replay(request, answer, &scope)),
        Ok(Reservation::Run(claim)) => {
            crash::point("after_reservation");
            // A caller who hangs up must not stop it half-way, or its answer would be lost.
            let running = async move {
                let response = run_for(claim, call(next, request, origin)).await?;
                idempotency.keep(telling::tell::<D>(response), claim, &scope).await
            };
            actix_web::rt::spawn(running).await.map_err(actix_web::error::ErrorInternalServerError)?
        }
    }
}

async fn call(
    next: Next<impl MessageBody + 'static>,
    request: ServiceRequest,
    origin: Option<Arc<Origin>>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let answer = match origin {
        Some(origin) => origin::run_for(origin, next.call(request)).await,
        None => next.call(request).await,
    };
    Ok(answer?.map_into_boxed_body())
}

/// The key and caller of a request that is to run once. Without a caller there is nobody to
/// answer again.
fn wanted(request: &ServiceRequest) -> Option<(String, Arc<Principal>)> {
    if !applies_to(request.method()) {
        return None;
    }
    let key = String::from_utf8_lossy(request.headers().get(&HEADER)?.as_bytes()).into_owned();
    match request.extensions().get::<Caller>() {
        Some(Caller::Known(identified)) => Some((key, Arc::clone(&identified.principal))),
        _ => None,
    }
}

/// Reads the body, puts it back, and hashes what the request is recognised by.
async fn recognise(request: &mut ServiceRequest, key: String, by: &Principal) -> Result<Request, Rejection> {
    let printable = key.bytes().all(|byte| byte.is_ascii_graphic());
    if key.is_empty() || key.len() > MAX_KEY || !printable {
        let message = format!("The Idempotency-Key header must be 1 to {MAX_KEY} visible ASCII characters.");
        return Err(Rejection::field("Idempotency-Key", "length", message));
    }
    let payload = request.take_payload();
    let body = valid::body(request.request(), payload).await?;
    let caller = match by.via {
        Via::ApiKey(key) => format!("key {key}"),
        Via::Session(_) => format!("user {}", by.user),
        Via::Grant(grant) => format!("grant {grant}"),
    };
    let path = request.path();
    let scope = hash(&[caller.as_bytes(), request.method().as_str().as_bytes(), path.as_bytes(), key.as_bytes()]);
    // The workspace as it was asked for: the default one may change by the very request.
    let chosen = |name: &HeaderName| request.headers().get(name).map(HeaderValue::as_bytes).unwrap_or_default();
    let [by_id, by_slug] = credential::WORKSPACE_HEADERS.each_ref().map(chosen);
    let mut parts: Vec<&[u8]> = vec![request.query_string().as_bytes(), by_id, by_slug, &body];
    parts.extend(told_in_headers(request));
    let fingerprint = hash(&parts);
    request.set_payload(Payload::from(body));
    Ok(Request { scope, fingerprint })
}

/// The headers that are a part of what is told: those of a CloudEvent whose body is only its data.
fn told_in_headers(request: &ServiceRequest) -> Vec<&[u8]> {
    let told = request.headers().iter().filter(|(name, _)| name.as_str().starts_with("ce-"));
    let mut told: Vec<[&[u8]; 2]> = told.map(|(name, value)| [name.as_str().as_bytes(), value.as_bytes()]).collect();
    told.sort_unstable();
    told.concat()
}

/// A hash of several texts; their lengths keep neighbours apart.
fn hash(parts: &[&[u8]]) -> Vec<u8> {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    hash.finalize().to_vec()
}

fn refuse(request: ServiceRequest, why: impl Fault) -> ServiceResponse<BoxBody> {
    request.error_response(Failure::from(why))
}

impl Idempotency {
    /// Keeps the answer before it is given, so that it can be given again.
    async fn keep(
        &self,
        response: ServiceResponse<BoxBody>,
        claim: Claimed,
        scope: &[u8],
    ) -> Result<ServiceResponse<BoxBody>, Error> {
        crash::point("after_effect");
        let (request, response) = response.into_parts();
        let (head, body) = response.into_parts();
        let body = to_bytes(body).await.map_err(actix_web::error::ErrorInternalServerError)?;
        let status = head.status();
        let content_type = head.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let kept = if may_run_again(status) {
            self.reservations.release(claim).await
        } else {
            let sealed = self.keyring.seal(&context(scope), &body, &*self.ids);
            let answer =
                Answer { status: status.as_u16(), content_type: content_type.map(str::to_owned), body: sealed };
            self.reservations.finish(claim, answer).await
        };
        crash::point("after_answer_was_kept");
        if let Err(cause) = kept {
            tracing::warn!(%cause, "the answer of an idempotent request could not be kept");
        }
        let answer = head.set_body(BoxBody::new(body));
        Ok(ServiceResponse::new(request, answer))
    }

    fn replay(&self, request: ServiceRequest, answer: Answer, scope: &[u8]) -> ServiceResponse<BoxBody> {
        let Ok(body) = self.keyring.open(&context(scope), &answer.body) else {
            return refuse(request, IdempotencyError::OutcomeUnknown);
        };
        let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
        let mut response = HttpResponse::build(status);
        response.insert_header(("Idempotent-Replayed", "true"));
        if let Some(content_type) = answer.content_type {
            response.insert_header((header::CONTENT_TYPE, content_type));
        }
        request.into_response(response.body(body.expose().clone()))
    }
}

fn context(scope: &[u8]) -> String {
    use std::fmt::Write as _;
    scope.iter().fold("idempotent answer ".to_owned(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Requests that ended so may be sent again with the same key.
fn may_run_again(status: StatusCode) -> bool {
    status.is_server_error() || matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::UNAUTHORIZED)
}
