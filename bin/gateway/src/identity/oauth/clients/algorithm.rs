//! What ID tokens are signed with, on the wire.

use mainstay_auth::SigningAlgorithm;
use mainstay_edge::valid::one_of;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

/// An algorithm by its name in RFC 7518.
#[derive(Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum AlgorithmName {
    Es256,
    Rs256,
}

impl<'de> Deserialize<'de> for AlgorithmName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        one_of(deserializer, &SigningAlgorithm::ALL.map(|algorithm| (algorithm.as_str(), algorithm.into())))
    }
}

impl From<AlgorithmName> for SigningAlgorithm {
    fn from(name: AlgorithmName) -> Self {
        match name {
            AlgorithmName::Es256 => Self::Es256,
            AlgorithmName::Rs256 => Self::Rs256,
        }
    }
}

impl From<SigningAlgorithm> for AlgorithmName {
    fn from(algorithm: SigningAlgorithm) -> Self {
        match algorithm {
            SigningAlgorithm::Es256 => Self::Es256,
            SigningAlgorithm::Rs256 => Self::Rs256,
        }
    }
}
