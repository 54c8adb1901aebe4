//! What Stripe's events mean for a purchase.

use mainstay_entitlements::credits::payments::{PaymentNotice, PaymentOutcome};
use serde_json::Value;

/// What a webhook tells.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// What became of a payment.
    Payment(PaymentNotice),
    /// Nothing that is of interest here: Stripe tells of much.
    Nothing,
}

/// What an event, whose signature was verified, tells.
pub(super) fn read(body: &[u8], provider: &'static str) -> Told {
    payment(body, provider).map_or(Told::Nothing, Told::Payment)
}

fn payment(body: &[u8], provider: &'static str) -> Option<PaymentNotice> {
    let event: Value = serde_json::from_slice(body).ok()?;
    let object = event.pointer("/data/object")?;
    let text = |value: &Value, at: &str| value.pointer(at).and_then(Value::as_str).map(str::to_owned);
    let paid = |amount: &str| {
        let amount = object.get(amount).and_then(Value::as_i64)?;
        Some(PaymentOutcome::Paid { amount, currency: text(object, "/currency")?.to_ascii_lowercase() })
    };
    let outcome = match event.get("type")?.as_str()? {
        // A session may be complete before it is paid: by a transfer that takes days.
        "checkout.session.completed" if text(object, "/payment_status").as_deref() != Some("paid") => None,
        "checkout.session.completed" | "checkout.session.async_payment_succeeded" => paid("amount_total"),
        "checkout.session.async_payment_failed" => Some(PaymentOutcome::Failed { reason: "payment_failed" }),
        "checkout.session.expired" => Some(PaymentOutcome::Failed { reason: "expired" }),
        "payment_intent.succeeded" => paid("amount_received").or_else(|| paid("amount")),
        _ => None,
    };
    let purchase = text(object, "/metadata/purchase").or_else(|| text(object, "/client_reference_id"))?;
    Some(PaymentNotice { provider, id: text(&event, "/id")?, purchase, outcome: outcome? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(kind: &str, object: &Value) -> Told {
        let event = json!({ "id": "evt_1", "object": "event", "type": kind, "data": { "object": object } });
        read(event.to_string().as_bytes(), "stripe")
    }

    fn of(outcome: PaymentOutcome) -> Told {
        Told::Payment(PaymentNotice { provider: "stripe", id: "evt_1".into(), purchase: "c1".into(), outcome })
    }

    #[test]
    fn a_session_counts_when_it_is_paid_and_not_when_it_is_complete() {
        let session = |status: &str| json!({ "payment_status": status, "amount_total": 900, "currency": "eur", "client_reference_id": "c1" });
        let paid = || of(PaymentOutcome::Paid { amount: 900, currency: "eur".into() });
        assert_eq!(told("checkout.session.completed", &session("paid")), paid());
        assert_eq!(told("checkout.session.completed", &session("unpaid")), Told::Nothing);
        assert_eq!(told("checkout.session.async_payment_succeeded", &session("paid")), paid());
        let failed = of(PaymentOutcome::Failed { reason: "payment_failed" });
        assert_eq!(told("checkout.session.async_payment_failed", &session("unpaid")), failed);
        let expired = of(PaymentOutcome::Failed { reason: "expired" });
        assert_eq!(told("checkout.session.expired", &session("unpaid")), expired);
    }

    #[test]
    fn a_payment_tells_of_its_purchase_by_its_metadata() {
        let payment =
            json!({ "amount": 900, "amount_received": 900, "currency": "EUR", "metadata": { "purchase": "c1" } });
        let paid = of(PaymentOutcome::Paid { amount: 900, currency: "eur".into() });
        assert_eq!(told("payment_intent.succeeded", &payment), paid);
        assert_eq!(told("payment_intent.payment_failed", &payment), Told::Nothing, "the payer may try again");
    }

    #[test]
    fn what_is_of_no_purchase_or_no_event_tells_nothing() {
        let session = json!({ "payment_status": "paid", "amount_total": 900, "currency": "eur" });
        assert_eq!(told("checkout.session.completed", &session), Told::Nothing);
        assert_eq!(told("customer.created", &json!({ "client_reference_id": "c1" })), Told::Nothing);
        for body in [&b""[..], b"[]", b"7", br#"{"type": "checkout.session.completed"}"#, br#"{"data": {"object": 1}}"#]
        {
            assert_eq!(read(body, "stripe"), Told::Nothing);
        }
    }
}
