//! `DELETE /auth/me`: a person deletes their account.

use super::{TAG, login};
use crate::identity::message::Message;
use actix_web::web;
use mainstay_auth::DepartureService;
use mainstay_edge::{Doc, Failure, Identity, LoggedIn, Surface, Valid};
use mainstay_kernel::{Kind, Secret};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use validator::Validate;

pub(super) fn declare(surface: &mut Surface<'_, Identity>) {
    let text = "For good, with all that is yours alone: sessions, what you allowed applications, applications of your own, \
        API keys that you made, seats, and workspaces and projects that nobody else is in. A project of somebody else in \
        such a workspace moves to their own. A mail confirms it, and your addresses are free again.";
    let fails = &[
        (Kind::Malformed, "The current password is wrong."),
        (
            Kind::Conflict,
            "You are the last owner where others are: `needed_by` names what to hand over or delete first. Or you own the \
             installation, or the first request with this idempotency key is still running.",
        ),
    ];
    let doc = Doc { id: "deleteAccount", tag: TAG, summary: "Delete your account", text, fails };
    surface.delete("/me", delete, doc);
}

/// The word of whoever is about to leave.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "delete_example")]
struct DeleteAccountRequest {
    /// The password that holds until now.
    #[schemars(with = "String")]
    current_password: Secret<String>,
}

fn delete_example() -> Value {
    json!({ "current_password": "correct horse battery staple" })
}

async fn delete(
    caller: LoggedIn,
    Valid(request): Valid<DeleteAccountRequest>,
    departures: web::Data<dyn DepartureService>,
) -> Result<Message, Failure> {
    departures.depart(login(caller), &request.current_password).await?;
    Ok(Message::new("Your account is deleted."))
}
