//! Profiles on the wire.

use crate::identity::account::emails::EmailResponse;
use mainstay_auth::{NameOrder, Profile, ProfileChange};
use mainstay_edge::IsoMillis;
use mainstay_edge::valid::one_of;
use mainstay_kernel::Patch;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;
use validator::Validate;

/// In which order the parts of a name stand.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Order {
    /// Given names, then surname.
    Western,
    /// Surname, then given names.
    Eastern,
}

impl<'de> Deserialize<'de> for Order {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        one_of(deserializer, &[("western", Self::Western), ("eastern", Self::Eastern)])
    }
}

impl From<Order> for NameOrder {
    fn from(order: Order) -> Self {
        match order {
            Order::Western => Self::Western,
            Order::Eastern => Self::Eastern,
        }
    }
}

impl From<NameOrder> for Order {
    fn from(order: NameOrder) -> Self {
        match order {
            NameOrder::Western => Self::Western,
            NameOrder::Eastern => Self::Eastern,
        }
    }
}

/// A person as they see themselves.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ProfileResponse {
    id: Uuid,
    /// The default address.
    email: String,
    /// The name as it is shown, made from its parts.
    name: String,
    surname: Option<String>,
    given_names: Option<String>,
    display_name: Option<String>,
    native_script: Option<String>,
    preferred_order: Option<Order>,
    username: Option<String>,
    /// Whether the default address is proven.
    email_verified: bool,
    /// Whether a login asks for a second factor.
    totp_enabled: bool,
    emails: Vec<EmailResponse>,
    created_at: IsoMillis,
    updated_at: IsoMillis,
}

impl ProfileResponse {
    pub(super) fn new(profile: Profile, totp_enabled: bool) -> Self {
        Self {
            totp_enabled,
            name: profile.name(),
            email_verified: profile.is_email_verified(),
            id: profile.id.0,
            email: profile.email,
            surname: profile.surname,
            given_names: profile.given_names,
            display_name: profile.display_name,
            native_script: profile.native_script,
            preferred_order: profile.preferred_order.map(Into::into),
            username: profile.username,
            emails: profile.emails.into_iter().map(EmailResponse::from).collect(),
            created_at: profile.created_at.into(),
            updated_at: profile.updated_at.into(),
        }
    }
}

/// A change of the profile.
#[derive(Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
#[schemars(example = "change_example")]
pub(super) struct ChangeProfileRequest {
    /// 1 to 100 characters.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    surname: Patch<String>,
    /// 1 to 100 characters.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    given_names: Patch<String>,
    /// 1 to 100 characters.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    display_name: Patch<String>,
    /// 1 to 100 characters.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    native_script: Patch<String>,
    #[serde(default)]
    #[schemars(with = "Option<Order>")]
    preferred_order: Patch<Order>,
    /// 3 to 30 letters, digits and underscores.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    username: Patch<String>,
}

fn change_example() -> Value {
    json!({ "surname": "Lovelace", "givenNames": "Ada", "preferredOrder": "western", "username": "ada" })
}

impl From<ChangeProfileRequest> for ProfileChange {
    fn from(request: ChangeProfileRequest) -> Self {
        Self {
            surname: request.surname,
            given_names: request.given_names,
            display_name: request.display_name,
            native_script: request.native_script,
            preferred_order: request.preferred_order.map(NameOrder::from),
            username: request.username,
        }
    }
}
