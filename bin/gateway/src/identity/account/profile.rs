//! `/auth/me`, `/auth/profile`: a person as they see themselves.

mod dto;

use super::TAG;
use actix_web::web;
use dto::{ChangeProfileRequest, ProfileResponse};
use mainstay_auth::{ProfileService, SecondFactorService};
use mainstay_edge::{Doc, Failure, Holds, Identity, Permission, Plain, Surface, Valid};
use mainstay_kernel::Kind;

pub(super) fn declare(surface: &mut Surface<'_, Identity>) {
    let doc = |id, summary, text| Doc { id, tag: TAG, summary, text, fails: &[] };
    surface.get("/me", me, doc("getProfile", "Show yourself", "All emails, proven or not, stand in `emails`."));
    let text = "What is absent stays; `null` clears. A username has 3 to 30 letters, digits and underscores, and is \
        unique whatever its case.";
    let fails =
        &[(Kind::Malformed, "The username is not one, or is reserved."), (Kind::Conflict, "The username is taken.")];
    surface.patch("/profile", change, Doc { fails, ..doc("changeProfile", "Change your profile", text) });
}

/// The scope `profile:read`.
enum ProfileRead {}

impl Permission for ProfileRead {
    const SCOPE: &'static str = "profile:read";
}

/// The scope `profile:write`.
enum ProfileWrite {}

impl Permission for ProfileWrite {
    const SCOPE: &'static str = "profile:write";
}

type Profiles = web::Data<dyn ProfileService>;
type SecondFactor = web::Data<dyn SecondFactorService>;

async fn me(
    caller: Holds<ProfileRead>,
    profiles: Profiles,
    factor: SecondFactor,
) -> Result<Plain<ProfileResponse>, Failure> {
    let profile = profiles.me(caller.principal.user).await?;
    Ok(Plain(ProfileResponse::new(profile, factor.is_enabled(caller.principal.user).await?)))
}

async fn change(
    caller: Holds<ProfileWrite>,
    Valid(request): Valid<ChangeProfileRequest>,
    profiles: Profiles,
    factor: SecondFactor,
) -> Result<Plain<ProfileResponse>, Failure> {
    let profile = profiles.update(caller.principal.user, request.into()).await?;
    Ok(Plain(ProfileResponse::new(profile, factor.is_enabled(caller.principal.user).await?)))
}
