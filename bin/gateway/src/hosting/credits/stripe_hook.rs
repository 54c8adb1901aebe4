//! What Stripe tells.

use super::{Purchases, doc, failing};
use crate::stripe::{Stripe, Told};
use actix_web::dev::Payload;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::future::LocalBoxFuture;
use mainstay_edge::describe::{Argument, Description};
use mainstay_edge::{Failure, Hosting, Plain, Rejection, Surface, valid};
use mainstay_entitlements::credits::purchases::Noted;
use mainstay_kernel::{Fault, Kind};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// Who verifies what Stripe tells; nobody where Stripe takes no payments. Given to the application as data.
pub(crate) struct StripeHook(pub(crate) Option<Arc<Stripe>>);

pub(super) fn declare(surface: &mut Surface<'_, Hosting>) {
    let text = "Stripe itself calls this, and its signature is its credential. Told again, nothing is booked again.";
    let fails = &[
        (Kind::Malformed, "`SIGNATURE_INVALID`: not signed by Stripe, or not within the last five minutes."),
        (Kind::NotFound, "Stripe takes no payments here."),
        (Kind::Conflict, "The workspace has as many credits as can be counted."),
        (Kind::TooLarge, "The body is too large."),
    ];
    surface.post("/webhooks/stripe", take, failing(doc("takeStripeWebhook", "Take a webhook of Stripe", text), fails));
    surface.is_for_clients("/webhooks/stripe");
}

/// A body and its signature, as they came.
pub(super) struct Signed {
    body: Bytes,
    signature: Option<String>,
}

impl FromRequest for Signed {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let signature = request.headers().get("stripe-signature").and_then(|value| value.to_str().ok());
            let signature = signature.map(str::to_owned);
            Ok(Self { body: valid::body(&request, payload).await?, signature })
        })
    }
}

impl Argument for Signed {
    fn describe(_: &mut Description<'_>) {}
}

/// The signature does not stand.
#[derive(Debug, thiserror::Error)]
#[error("This was not signed by Stripe, or not within the last five minutes.")]
struct NotSigned;

impl Fault for NotSigned {
    fn kind(&self) -> Kind {
        Kind::Malformed
    }

    fn code(&self) -> &'static str {
        "signature_invalid"
    }
}

/// That it was taken.
#[derive(Serialize, JsonSchema)]
pub(super) struct TakenResponse {
    /// Always true.
    received: bool,
}

async fn take(
    signed: Signed,
    hook: web::Data<StripeHook>,
    purchases: Purchases,
) -> Result<Plain<TakenResponse>, Failure> {
    let stripe = hook.0.as_ref().ok_or(Rejection::NoRoute)?;
    let told = stripe.read(&signed.body, signed.signature.as_deref()).ok_or(NotSigned)?;
    if let Told::Payment(notice) = told {
        let (event, purchase) = (notice.id.clone(), notice.purchase.clone());
        let noted = purchases.note(notice).await?;
        match noted {
            Noted::OtherAmount => tracing::error!(event, purchase, "another amount was paid than was asked"),
            Noted::Unknown => tracing::warn!(event, purchase, "a payment is about no purchase of ours"),
            Noted::Settled | Noted::Failed | Noted::Unchanged => {}
        }
    }
    Ok(Plain(TakenResponse { received: true }))
}
