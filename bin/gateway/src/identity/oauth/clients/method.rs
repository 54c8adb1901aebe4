//! How clients show who they are, on the wire.

use mainstay_auth::AuthMethod;
use mainstay_edge::valid::one_of;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

/// How a client shows who it is.
#[derive(Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum AuthMethodName {
    None,
    ClientSecretBasic,
    ClientSecretPost,
    PrivateKeyJwt,
}

impl<'de> Deserialize<'de> for AuthMethodName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        one_of(deserializer, &AuthMethod::ALL.map(|method| (method.as_str(), method.into())))
    }
}

impl From<AuthMethodName> for AuthMethod {
    fn from(name: AuthMethodName) -> Self {
        match name {
            AuthMethodName::None => Self::None,
            AuthMethodName::ClientSecretBasic => Self::SecretBasic,
            AuthMethodName::ClientSecretPost => Self::SecretPost,
            AuthMethodName::PrivateKeyJwt => Self::PrivateKeyJwt,
        }
    }
}

impl From<AuthMethod> for AuthMethodName {
    fn from(method: AuthMethod) -> Self {
        match method {
            AuthMethod::None => Self::None,
            AuthMethod::SecretBasic => Self::ClientSecretBasic,
            AuthMethod::SecretPost => Self::ClientSecretPost,
            AuthMethod::PrivateKeyJwt => Self::PrivateKeyJwt,
        }
    }
}
