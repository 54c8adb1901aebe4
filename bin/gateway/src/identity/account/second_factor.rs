//! `/auth/2fa`: the second factor, by time-based codes (RFC 6238).

mod dto;

use super::opened::{Reception, SessionResponse};
use super::{TAG, login};
use crate::identity::client::Device;
use crate::identity::message::Message;
use actix_web::web;
use dto::{CodeRequest, RecoveryCodesResponse, SetupResponse, StatusResponse, VerifyRequest};
use mainstay_auth::{AuthService, SecondFactorService};
use mainstay_edge::{Doc, Failure, Identity, LoggedIn, Plain, Surface, Valid};
use mainstay_kernel::{Clock, Kind};

pub(super) fn declare(surface: &mut Surface<'_, Identity>) {
    surface.has_its_own_throttle("/2fa/verify");
    let doc = |id, summary, text| Doc { id, tag: TAG, summary, text, fails: &[] };
    surface.get("/2fa", status, doc("getSecondFactor", "Show how the second factor stands", ""));
    let text = "A secret for an authenticator, which waits 15 minutes for its first code. Asked again, it is another.";
    let fails = &[(Kind::Malformed, "The second factor is on already.")];
    surface.get("/2fa/setup", setup, Doc { fails, ..doc("setUpSecondFactor", "Begin a second factor", text) });
    let text = "With the first code of the secret. All other sessions end. The recovery codes are shown this once.";
    let fails = &[(Kind::Malformed, "The code is wrong, nothing was set up, or the second factor is on already.")];
    surface.post("/2fa/enable", enable, Doc { fails, ..doc("enableSecondFactor", "Turn it on", text) });
    let text = "With a code or a recovery code.";
    let fails = &[(Kind::Malformed, "The code is wrong, or the second factor is off.")];
    surface.post("/2fa/disable", disable, Doc { fails, ..doc("disableSecondFactor", "Turn it off", text) });
    let text = "Ten new ones, shown this once; the old ones are void.";
    let summary = "Renew the recovery codes";
    surface.post("/2fa/recovery-codes", renew, Doc { fails, ..doc("renewRecoveryCodes", summary, text) });
    let text = "Answers the challenge of a login with a code or a recovery code, and logs in. Five wrong codes end it.";
    let fails = &[(Kind::Malformed, "The code is wrong, or the challenge is unknown, over or used.")];
    surface.post(
        "/2fa/verify",
        verify,
        Doc { fails, ..doc("verifySecondFactor", "Log in: show the second factor", text) },
    );
}

type SecondFactor = web::Data<dyn SecondFactorService>;

async fn status(caller: LoggedIn, factor: SecondFactor) -> Result<Plain<StatusResponse>, Failure> {
    Ok(Plain(factor.status(caller.user).await?.into()))
}

async fn setup(caller: LoggedIn, factor: SecondFactor) -> Result<Plain<SetupResponse>, Failure> {
    Ok(Plain(SetupResponse::new(&factor.setup(login(caller)).await?)?))
}

async fn enable(
    caller: LoggedIn,
    Valid(request): Valid<CodeRequest>,
    factor: SecondFactor,
) -> Result<Plain<RecoveryCodesResponse>, Failure> {
    let codes = factor.enable(login(caller), request.code.expose()).await?;
    Ok(Plain(RecoveryCodesResponse::new("The second factor is on.", &codes)))
}

async fn disable(
    caller: LoggedIn,
    Valid(request): Valid<CodeRequest>,
    factor: SecondFactor,
) -> Result<Message, Failure> {
    factor.disable(login(caller), request.code.expose()).await?;
    Ok(Message::new("The second factor is off."))
}

async fn renew(
    caller: LoggedIn,
    Valid(request): Valid<CodeRequest>,
    factor: SecondFactor,
) -> Result<Plain<RecoveryCodesResponse>, Failure> {
    let codes = factor.renew_recovery_codes(login(caller), request.code.expose()).await?;
    Ok(Plain(RecoveryCodesResponse::new("The recovery codes are new; the old ones are void.", &codes)))
}

async fn verify(
    device: Device,
    Valid(request): Valid<VerifyRequest>,
    factor: SecondFactor,
    people: web::Data<dyn AuthService>,
    clock: web::Data<dyn Clock>,
) -> Result<Plain<SessionResponse>, Failure> {
    let pair = factor.verify(request.challenge_token.expose(), request.code.expose(), &device.client).await?;
    Ok(Plain(Reception { people, clock }.welcome(&pair).await?))
}
