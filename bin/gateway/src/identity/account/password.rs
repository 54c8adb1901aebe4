//! `/auth/password/*`: passwords are forgotten, set anew and changed.

use super::{TAG, login};
use crate::identity::message::Message;
use actix_web::web;
use mainstay_auth::PasswordService;
use mainstay_edge::valid::trimmed;
use mainstay_edge::{Doc, Failure, Identity, LoggedIn, Surface, Valid};
use mainstay_kernel::{Kind, Secret};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use validator::Validate;

pub(super) fn declare(surface: &mut Surface<'_, Identity>) {
    let doc = |id, summary, text| Doc { id, tag: TAG, summary, text, fails: &[] };
    let text = "Mails a link to a known address. The answer is the same for every address.";
    surface.post("/password/forgot", forgot, doc("forgotPassword", "Ask for a reset link", text));
    let text = "The link stands for 15 minutes and once. All sessions end; a second factor stays on.";
    let fails = &[(Kind::Malformed, "The token was never given out, is used, was replaced, or is over.")];
    surface.post("/password/reset", reset, Doc { fails, ..doc("resetPassword", "Set a new password by link", text) });
    let text = "All other sessions end.";
    let fails = &[(Kind::Malformed, "The current password is wrong.")];
    surface.post("/password/change", change, Doc { fails, ..doc("changePassword", "Change the password", text) });
}

/// Whoever forgot.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "forgot_example")]
struct ForgotRequest {
    /// Any verified address of the person.
    #[serde(deserialize_with = "trimmed")]
    #[validate(email, length(max = 254))]
    email: String,
}

fn forgot_example() -> Value {
    json!({ "email": "ada@example.com" })
}

/// A new password by link.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "reset_example")]
struct ResetRequest {
    /// The `token` of the link.
    #[schemars(with = "String")]
    token: Secret<String>,
    /// The new password.
    #[schemars(with = "String")]
    password: Secret<String>,
}

fn reset_example() -> Value {
    json!({ "token": "h0Ff…", "password": "correct horse battery staple" })
}

/// A new password for the old one.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "change_example")]
struct ChangeRequest {
    /// The password that holds until now.
    #[schemars(with = "String")]
    current_password: Secret<String>,
    /// The new one.
    #[schemars(with = "String")]
    password: Secret<String>,
}

fn change_example() -> Value {
    json!({ "current_password": "correct horse battery staple", "password": "a better one entirely" })
}

type Passwords = web::Data<dyn PasswordService>;

async fn forgot(Valid(request): Valid<ForgotRequest>, passwords: Passwords) -> Result<Message, Failure> {
    passwords.forgot(&request.email).await?;
    Ok(Message::new("If this email exists, a reset link has been sent"))
}

async fn reset(Valid(request): Valid<ResetRequest>, passwords: Passwords) -> Result<Message, Failure> {
    passwords.reset(request.token.expose(), &request.password).await?;
    Ok(Message::new("The password is set. Log in with it."))
}

async fn change(
    caller: LoggedIn,
    Valid(request): Valid<ChangeRequest>,
    passwords: Passwords,
) -> Result<Message, Failure> {
    passwords.change(login(caller), &request.current_password, &request.password).await?;
    Ok(Message::new("The password is changed. Your other sessions have ended."))
}
