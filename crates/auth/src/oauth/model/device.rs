//! Devices where nobody can log in, and the codes by which a person lets them in elsewhere (RFC 8628).

use crate::oauth::scopes::OAuthScopes;
use mainstay_kernel::Secret;

/// The parameters of a device authorization request but for those that say which client it is, as they came (section
/// 3.1).
#[derive(Debug, Clone, Default)]
pub struct DeviceRequest {
    /// Scopes, separated by spaces; without any that is known, `openid`.
    pub scope: Option<String>,
    /// For whom the access token is (RFC 8707); without, for `userinfo`.
    pub resource: Option<String>,
}

/// What a device is given (section 3.2).
#[derive(Debug, Clone)]
pub struct DeviceCodes {
    /// What it asks for tokens with; good once.
    pub device_code: Secret<String>,
    /// What it shows, for a person to type: two groups of four letters, none of them a vowel.
    pub user_code: Secret<String>,
    /// Seconds that both stand.
    pub expires_in: u64,
    /// Seconds that it waits from one question to the next.
    pub interval: u64,
}

/// A device that waits for a person to decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingDevice {
    /// What its client calls itself.
    pub client_id: String,
    /// What people know the client by.
    pub client_name: String,
    /// What it will be granted.
    pub scopes: OAuthScopes,
}
