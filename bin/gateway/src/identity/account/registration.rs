//! `/auth/register/*`: an address is proven, a password chosen, and there is an account.

mod dto;
mod invited;

use super::TAG;
use super::opened::SessionResponse;
use crate::identity::client::Device;
use crate::identity::message::Message;
use actix_web::web;
use dto::{AddressRequest, CompleteRequest, CompletedResponse, VerifiedResponse, VerifyRequest};
use mainstay_auth::RegistrationService;
use mainstay_edge::{Doc, Failure, Identity, Plain, Surface, Valid};
use mainstay_kernel::{Clock, Kind};
use mainstay_tenancy::WorkspaceService;

const KNOWN: (Kind, &str) = (Kind::Malformed, "The body is not JSON, or the address belongs to an account.");

pub(super) fn declare(surface: &mut Surface<'_, Identity>) {
    let doc = |id, summary, text| Doc { id, tag: TAG, summary, text, fails: &[KNOWN] };
    let text = "Mails a code of six digits, good for ten minutes and three tries. Once a minute, five times an hour.";
    surface.post("/register/start", start, doc("startRegistration", "Sign up: mail a code", text));
    let text = "Mails another code in place of the last one.";
    let fails = &[(Kind::Malformed, "No sign-up was started, or the address is verified already.")];
    surface.post("/register/resend", resend, Doc { fails, ..doc("resendCode", "Sign up: mail another code", text) });
    let text = "The `registration_token` completes the sign-up within 15 minutes; so does the same client without it.";
    let fails = &[(Kind::Malformed, "The code is wrong, over, or was tried too often.")];
    surface.post("/register/verify", verify, Doc { fails, ..doc("verifyCode", "Sign up: prove the address", text) });
    let text = "Makes the account with a personal workspace, and logs in.";
    let fails = &[(Kind::Malformed, "The address was not verified in the last 15 minutes, or has an account.")];
    let summary = "Sign up: choose a password";
    surface.post("/register/password", complete, Doc { fails, ..doc("completeRegistration", summary, text) });
    invited::declare(surface);
}

type Registration = web::Data<dyn RegistrationService>;

async fn start(Valid(request): Valid<AddressRequest>, registration: Registration) -> Result<Message, Failure> {
    registration.start(&request.email).await?;
    Ok(Message::new("A code is on its way to this address."))
}

async fn resend(Valid(request): Valid<AddressRequest>, registration: Registration) -> Result<Message, Failure> {
    registration.resend(&request.email).await?;
    Ok(Message::new("Another code is on its way to this address."))
}

async fn verify(
    device: Device,
    Valid(request): Valid<VerifyRequest>,
    registration: Registration,
) -> Result<Plain<VerifiedResponse>, Failure> {
    let token = registration.verify(&request.email, &request.code, &device.client).await?;
    Ok(Plain(VerifiedResponse::new(&token)))
}

async fn complete(
    device: Device,
    Valid(request): Valid<CompleteRequest>,
    registration: Registration,
    workspaces: web::Data<dyn WorkspaceService>,
    clock: web::Data<dyn Clock>,
) -> Result<Plain<CompletedResponse>, Failure> {
    let token = request.registration_token.as_ref().map(|token| token.expose().as_str());
    let signed_up = registration.complete(&request.email, &request.password, token, &device.client).await?;
    workspaces.personal(signed_up.person.id).await?;
    let session = SessionResponse::new(&signed_up.tokens, &signed_up.person, clock.now());
    Ok(Plain(CompletedResponse::new(session)))
}
