//! `/auth/login`, `/auth/logout`, `/auth/token/refresh`: a session begins, ends and goes on.

use super::TAG;
use super::opened::{Reception, SessionResponse, TokensResponse};
use crate::identity::client::Device;
use crate::identity::entrance::{Entered, LogInRequest};
use crate::identity::message::Message;
use actix_web::web;
use mainstay_auth::{AuthService, Entrance, SessionService};
use mainstay_edge::{Doc, Failure, Identity, LoggedIn, Plain, Surface, Valid};
use mainstay_kernel::{Clock, Kind, Secret};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use validator::Validate;

pub(super) fn declare(surface: &mut Surface<'_, Identity>) {
    surface.has_its_own_throttle("/login");
    // Forged tokens are refused without a look at the database.
    surface.has_its_own_throttle("/token/refresh");
    let doc = |id, summary, text| Doc { id, tag: TAG, summary, text, fails: &[] };
    let text = "By any verified address of the person. Who has a second factor gets 202 and a challenge, which \
        `/auth/2fa/verify` answers.";
    let fails = &[(Kind::Unauthenticated, "The email or the password is wrong.")];
    surface.post("/login", log_in, Doc { fails, ..doc("logIn", "Log in", text) });
    let text = "Ends the session: this token, its refresh token, and a JWT of the same session.";
    surface.post("/logout", log_out, doc("logOut", "Log out", text));
    let text = "Each refresh token buys one pair and voids the token before; sent again within 30 seconds it gives the \
        same next pair, later it ends the session.";
    let fails = &[(Kind::Unauthenticated, "The refresh token does not stand.")];
    surface.post("/token/refresh", refresh, Doc { fails, ..doc("refresh", "Refresh the tokens", text) });
}

/// A refresh token to be traded.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "refresh_example")]
struct RefreshRequest {
    /// The refresh token.
    #[schemars(with = "String")]
    refresh_token: Secret<String>,
}

fn refresh_example() -> Value {
    json!({ "refresh_token": "mst_AZqf0c3V" })
}

async fn log_in(
    device: Device,
    Valid(request): Valid<LogInRequest>,
    sessions: web::Data<dyn SessionService>,
    people: web::Data<dyn AuthService>,
    clock: web::Data<dyn Clock>,
) -> Result<Entered<SessionResponse>, Failure> {
    match sessions.log_in(&request.email, &request.password, &device.client).await? {
        Entrance::Open(pair) => Ok(Entered::Open(Reception { people, clock }.welcome(&pair).await?)),
        Entrance::SecondFactor(challenge) => Ok(Entered::Challenged(challenge.into())),
    }
}

async fn log_out(caller: LoggedIn, people: web::Data<dyn AuthService>) -> Result<Message, Failure> {
    people.log_out(caller.session).await?;
    Ok(Message::new("Logged out successfully"))
}

async fn refresh(
    device: Device,
    Valid(request): Valid<RefreshRequest>,
    sessions: web::Data<dyn SessionService>,
    clock: web::Data<dyn Clock>,
) -> Result<Plain<TokensResponse>, Failure> {
    let pair = sessions.refresh(request.refresh_token.expose(), &device.client).await?;
    Ok(Plain(TokensResponse::new(&pair, clock.now())))
}
