//! `/api/auth/token/`: a pair for a password, and the next pair for the last.

use super::dto::{RefreshRequest, TokenPairResponse};
use crate::identity::client::Device;
use crate::identity::entrance::{Entered, LogInRequest};
use actix_web::web;
use mainstay_auth::{SessionService, TokenForm};
use mainstay_edge::{Doc, Failure, Identity, Plain, Surface, Valid};
use mainstay_kernel::Kind;

pub(super) fn declare(surface: &mut Surface<'_, Identity>) {
    surface.has_its_own_throttle("/token");
    // Forged tokens are refused without a look at the database.
    surface.has_its_own_throttle("/token/refresh");
    let fails = &[(Kind::Unauthenticated, "The email or the password is wrong.")];
    let (tag, summary) = ("Tokens", "Log in");
    let text = "An access token for an hour, and a refresh token. Who has a second factor is asked for it first, and \
        answers at `/auth/2fa/verify`.";
    surface.post("/token", log_in, Doc { id: "logInForJwt", tag, summary, text, fails });
    let fails = &[(Kind::Unauthenticated, "The refresh token does not stand.")];
    let text = "Each refresh token buys one pair; sent again within 30 seconds it gives the same next one, later it ends \
        the session.";
    surface.post(
        "/token/refresh",
        refresh,
        Doc { id: "refreshJwt", tag, summary: "Refresh a token pair", text, fails },
    );
}

async fn log_in(
    device: Device,
    Valid(request): Valid<LogInRequest>,
    sessions: web::Data<dyn SessionService>,
) -> Result<Entered<TokenPairResponse>, Failure> {
    let client = device.client.wanting(TokenForm::Jwt);
    let entrance = sessions.log_in(&request.email, &request.password, &client).await?;
    Ok(Entered::from(entrance).map(TokenPairResponse::from))
}

async fn refresh(
    device: Device,
    Valid(request): Valid<RefreshRequest>,
    sessions: web::Data<dyn SessionService>,
) -> Result<Plain<TokenPairResponse>, Failure> {
    let client = device.client.wanting(TokenForm::Jwt);
    let pair = sessions.refresh(request.refresh.expose(), &client).await?;
    Ok(Plain(pair.into()))
}
