//! What goes in and comes out.

use super::transport::MOST_BYTES;
use actix_web::body::BoxBody;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, HttpResponse, Responder, web};
use futures_util::StreamExt as _;
use futures_util::future::{FutureExt as _, LocalBoxFuture};
use mainstay_edge::describe::{Argument, Description, Outcome};
use mainstay_edge::{Failure, Rejection};
use serde_json::{Map, Value};

/// A message, as it came.
pub(super) struct McpBody(pub(super) web::Bytes);

impl FromRequest for McpBody {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(_: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let payload = payload.take();
        read(payload).boxed_local()
    }
}

async fn read(mut payload: Payload) -> Result<McpBody, Failure> {
    let mut body = web::BytesMut::new();
    while let Some(piece) = payload.next().await {
        let piece = piece.map_err(|cause| Rejection::Malformed(format!("The body broke off: {cause}.")))?;
        if body.len() + piece.len() > MOST_BYTES {
            return Err(Rejection::TooLarge(MOST_BYTES).into());
        }
        body.extend_from_slice(&piece);
    }
    Ok(McpBody(body.freeze()))
}

impl Argument for McpBody {
    fn describe(to: &mut Description<'_>) {
        to.body::<Map<String, Value>>(true);
    }
}

/// An answer, as it is: a message in JSON, or a stream of events.
pub(super) struct McpAnswer(pub(super) HttpResponse);

impl Responder for McpAnswer {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        self.0
    }
}

impl Outcome for McpAnswer {
    fn describe(to: &mut Description<'_>) {
        to.answer::<Map<String, Value>>(200, "A message of JSON-RPC, or a stream of events that ends with it.");
        to.empty_answer(202, "Taken note of.");
    }
}

/// A stream of events.
pub(super) struct McpStream(pub(super) HttpResponse);

impl Responder for McpStream {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        self.0
    }
}

impl Outcome for McpStream {
    fn describe(to: &mut Description<'_>) {
        to.text_answer(200, "Notifications of JSON-RPC, as a stream of events.");
    }
}
