//! Stripe Checkout, by way of the guarded client: sessions that are made there, and what it tells of them.

mod event;
mod signature;

use crate::config::StripeSettings;
use async_trait::async_trait;
pub(crate) use event::Told;
use mainstay_entitlements::credits::payments::{Checkout, Order, PaymentError, Payments};
use mainstay_kernel::{Clock, Secret};
use mainstay_outbound::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use mainstay_outbound::{Answer, Bytes, Method, Outbound, Request, StatusCode};
use serde::Deserialize;
use std::sync::Arc;
use url::Url;

/// What purchases call it.
const NAME: &str = "stripe";

/// Stripe as a way to pay.
pub(crate) struct Stripe {
    outbound: Arc<dyn Outbound>,
    sessions: Url,
    secret_key: Secret<String>,
    webhook_secret: Secret<String>,
    /// Where payers come back to.
    app_url: String,
    clock: Arc<dyn Clock>,
}

/// A session as far as it is looked at.
#[derive(Deserialize)]
struct Session {
    id: String,
    url: Option<String>,
}

impl Stripe {
    /// With these settings.
    ///
    /// # Errors
    /// When the address cannot be used.
    pub(crate) fn new(
        settings: &StripeSettings,
        app_url: &str,
        outbound: Arc<dyn Outbound>,
        clock: Arc<dyn Clock>,
    ) -> anyhow::Result<Self> {
        Ok(Self {
            outbound,
            sessions: Url::parse(&format!("{}/v1/checkout/sessions", settings.url))?,
            secret_key: settings.secret_key.clone(),
            webhook_secret: settings.webhook_secret.clone(),
            app_url: app_url.to_owned(),
            clock,
        })
    }

    /// What a webhook tells; nothing when Stripe did not sign it within the last minutes.
    pub(crate) fn read(&self, body: &[u8], signature: Option<&str>) -> Option<Told> {
        let secret = self.webhook_secret.expose();
        signature::is_valid(signature?, body, secret, self.clock.now()).then(|| event::read(body, NAME))
    }

    fn request(&self, order: Order<'_>) -> Result<Request, PaymentError> {
        let form = serde_urlencoded::to_string(self.form(order)).map_err(|cause| PaymentError(cause.to_string()))?;
        let mut request = Request::new(Method::POST, self.sessions.clone());
        request.body = Bytes::from(form);
        let mut bearer = header(&format!("Bearer {}", self.secret_key.expose()))?;
        bearer.set_sensitive(true);
        request.headers.insert(AUTHORIZATION, bearer);
        request.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        // The same order makes the same session, whoever died in between.
        request.headers.insert("idempotency-key", header(&order.purchase.id)?);
        Ok(request)
    }

    fn form(&self, Order { purchase, name }: Order<'_>) -> Vec<(&'static str, String)> {
        let back = |how: &str| format!("{}?purchase={}&checkout={how}", self.app_url, purchase.id);
        vec![
            ("mode", "payment".to_owned()),
            ("client_reference_id", purchase.id.clone()),
            ("metadata[purchase]", purchase.id.clone()),
            // The payment itself tells of the purchase too, to those who are told of payments and not of sessions.
            ("payment_intent_data[metadata][purchase]", purchase.id.clone()),
            ("line_items[0][quantity]", purchase.quantity.to_string()),
            ("line_items[0][price_data][currency]", purchase.currency.clone()),
            ("line_items[0][price_data][unit_amount]", (purchase.amount / purchase.quantity.max(1)).to_string()),
            ("line_items[0][price_data][product_data][name]", name.to_owned()),
            ("success_url", back("done")),
            ("cancel_url", back("left")),
        ]
    }
}

fn header(text: &str) -> Result<HeaderValue, PaymentError> {
    HeaderValue::from_str(text).map_err(|_| PaymentError("what is sent does not fit into a header".to_owned()))
}

fn checkout(answer: &Answer) -> Result<Checkout, PaymentError> {
    if answer.status != StatusCode::OK {
        return Err(PaymentError(format!("Stripe answers {}", answer.status)));
    }
    let session: Session =
        serde_json::from_slice(&answer.body).map_err(|_| PaymentError("Stripe's answer is no session".to_owned()))?;
    Ok(Checkout { session: Some(session.id), url: session.url })
}

#[async_trait]
impl Payments for Stripe {
    fn provider(&self) -> &'static str {
        NAME
    }

    async fn begin(&self, order: Order<'_>) -> Result<Checkout, PaymentError> {
        let sent = self.outbound.send(self.request(order)?).await;
        let checkout = sent.map_err(|cause| PaymentError(cause.to_string())).and_then(|answer| checkout(&answer));
        if let Err(cause) = &checkout {
            tracing::warn!(purchase = order.purchase.id, %cause, "Stripe made no session");
        }
        checkout
    }
}
