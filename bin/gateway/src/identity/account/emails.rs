//! `/auth/emails`: the addresses of a person.

use super::TAG;
use crate::identity::message::Message;
use actix_web::web;
use mainstay_auth::{Address, AuthError, EmailService};
use mainstay_edge::valid::trimmed;
use mainstay_edge::{Created, Doc, Failure, Identity, LoggedIn, PathIds, Plain, Rejection, Surface, Valid};
use mainstay_kernel::Kind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;
use validator::Validate;

pub(super) fn declare(surface: &mut Surface<'_, Identity>) {
    let doc = |id, summary, text| Doc { id, tag: TAG, summary, text, fails: &[] };
    surface.get("/emails", list, doc("listEmails", "List your emails", "Oldest first."));
    let text = "Mails a code of six digits, good for ten minutes and three tries.";
    let fails = &[(Kind::Malformed, "The address belongs to an account.")];
    surface.post("/emails", add, Doc { fails, ..doc("addEmail", "Add an email", text) });
    let fails = &[
        (Kind::NotFound, "You have no such email."),
        (Kind::Malformed, "The code is wrong, over or was tried too often; or the email is verified."),
    ];
    let verify_doc = doc("verifyEmail", "Prove an email", "From then on it is yours.");
    surface.post("/emails/verify", verify, Doc { fails, ..verify_doc });
    let fails = &[(Kind::NotFound, "You have no such email."), (Kind::Malformed, "The email is verified already.")];
    surface.post("/emails/resend", resend, Doc { fails, ..doc("resendEmailCode", "Mail another code", "") });
    let text = "The address that mail went to until now is told.";
    let fails = &[(Kind::NotFound, "You have no such email."), (Kind::Malformed, "The email is not verified.")];
    surface.patch(
        "/emails/{id}/default",
        make_default,
        Doc { fails, ..doc("makeEmailDefault", "Make an email the default", text) },
    );
    let text = "When it was the default, the one verified longest takes its place.";
    let fails = &[(Kind::NotFound, "You have no such email."), (Kind::Malformed, "It is your only verified email.")];
    surface.delete("/emails/{id}", delete, Doc { fails, ..doc("deleteEmail", "Remove an email", text) });
}

/// An address of the caller.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct EmailResponse {
    id: Uuid,
    email: String,
    /// Whether mail goes to it.
    is_default: bool,
    /// Whether it was proven; only then is it the person's.
    is_verified: bool,
}

impl From<Address> for EmailResponse {
    fn from(address: Address) -> Self {
        let Address { id, email, is_default, is_verified, .. } = address;
        Self { id, email, is_default, is_verified }
    }
}

/// An address.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "email_example")]
struct EmailRequest {
    #[serde(deserialize_with = "trimmed")]
    #[validate(email, length(max = 254))]
    email: String,
}

fn email_example() -> Value {
    json!({ "email": "ada@home.example" })
}

/// The code that was mailed to an address.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "verify_example")]
struct VerifyEmailRequest {
    /// The address; or its `id`.
    #[validate(length(max = 254))]
    email: Option<String>,
    /// The row of the address, in place of `email`.
    #[serde(alias = "email_id")]
    id: Option<Uuid>,
    /// Six digits.
    #[validate(length(max = 64))]
    code: String,
}

fn verify_example() -> Value {
    json!({ "email": "ada@home.example", "code": "123456" })
}

type Emails = web::Data<dyn EmailService>;

async fn list(caller: LoggedIn, emails: Emails) -> Result<Plain<Vec<EmailResponse>>, Failure> {
    Ok(Plain(emails.list(caller.user).await?.into_iter().map(EmailResponse::from).collect()))
}

async fn add(
    caller: LoggedIn,
    Valid(request): Valid<EmailRequest>,
    emails: Emails,
) -> Result<Created<EmailResponse>, Failure> {
    Ok(Created(emails.add(caller.user, &request.email).await?.into()))
}

async fn verify(
    caller: LoggedIn,
    Valid(request): Valid<VerifyEmailRequest>,
    emails: Emails,
) -> Result<Plain<EmailResponse>, Failure> {
    let email = match (request.email, request.id) {
        (Some(email), _) => email.trim().to_owned(),
        (None, Some(id)) => address_of(&caller, id, &**emails).await?,
        (None, None) => return Err(Rejection::field("email", "required", "The email field is required.").into()),
    };
    Ok(Plain(emails.verify(caller.user, &email, &request.code).await?.into()))
}

async fn address_of(caller: &LoggedIn, id: Uuid, emails: &dyn EmailService) -> Result<String, Failure> {
    let own = emails.list(caller.user).await?.into_iter().find(|address| address.id == id);
    Ok(own.ok_or(AuthError::EmailNotFound)?.email)
}

async fn resend(caller: LoggedIn, Valid(request): Valid<EmailRequest>, emails: Emails) -> Result<Message, Failure> {
    emails.resend(caller.user, &request.email).await?;
    Ok(Message::new("Another code is on its way to this address."))
}

async fn make_default(
    caller: LoggedIn,
    PathIds(id): PathIds<Uuid>,
    emails: Emails,
) -> Result<Plain<EmailResponse>, Failure> {
    Ok(Plain(emails.make_default(caller.user, id).await?.into()))
}

async fn delete(caller: LoggedIn, PathIds(id): PathIds<Uuid>, emails: Emails) -> Result<Message, Failure> {
    emails.delete(caller.user, id).await?;
    Ok(Message::new("The email is removed."))
}
