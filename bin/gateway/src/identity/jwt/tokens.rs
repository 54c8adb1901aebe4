//! `/api/auth/token/`: a pair for a password, and the next pair for the last.

use super::dto::{LogInRequest, RefreshRequest, TokenPairResponse};
use super::throttle::Throttle;
use actix_web::web;
use mainstay_auth::AuthService;
use mainstay_edge::{Doc, Failure, Identity, Plain, Surface, Valid};
use mainstay_kernel::Kind;

pub(super) fn declare(surface: &mut Surface<'_, Identity>) {
    let fails = &[(Kind::Unauthenticated, "The email or the password is wrong.")];
    let (tag, summary, text) = ("Tokens", "Log in", "An access token for an hour, and a refresh token.");
    surface.post("/token", log_in, Doc { id: "logIn", tag, summary, text, fails });
    let fails = &[(Kind::Unauthenticated, "The refresh token does not stand.")];
    let text = "Each refresh token buys one pair; sent again within 30 seconds it gives the same next one, later it ends \
        the session.";
    surface.post("/token/refresh", refresh, Doc { id: "refresh", tag, summary: "Refresh a token pair", text, fails });
}

async fn log_in(
    throttle: Throttle,
    Valid(request): Valid<LogInRequest>,
    people: web::Data<dyn AuthService>,
) -> Result<Plain<TokenPairResponse>, Failure> {
    throttle.pass().await?;
    let pair = people.log_in(&request.email, &request.password).await?;
    Ok(Plain(pair.into()))
}

async fn refresh(
    Valid(request): Valid<RefreshRequest>,
    people: web::Data<dyn AuthService>,
) -> Result<Plain<TokenPairResponse>, Failure> {
    let pair = people.refresh(request.refresh.expose()).await?;
    Ok(Plain(pair.into()))
}
