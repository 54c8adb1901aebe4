//! What tokens are signed with.

use jsonwebtoken::Algorithm;

/// An algorithm that tokens are signed with (RFC 7518 section 3.1). Of each there is a set of keys.
///
/// The default is what a client gets its ID tokens signed with that does not choose: OpenID Connect Core section 3.1.3.7
/// has it expect RS256, and section 15.1 has every provider offer it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SigningAlgorithm {
    /// ECDSA on P-256: small signatures, made fast. Access tokens have these.
    Es256,
    /// RSA with PKCS #1 v1.5 padding, by keys of 2048 bits: what every library knows.
    #[default]
    Rs256,
}

impl SigningAlgorithm {
    /// All there are.
    pub const ALL: [Self; 2] = [Self::Es256, Self::Rs256];

    /// As RFC 7518 names it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
        }
    }

    /// The algorithm that is named so.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.as_str() == text)
    }

    /// As the library for tokens knows it.
    pub(super) const fn header(self) -> Algorithm {
        match self {
            Self::Es256 => Algorithm::ES256,
            Self::Rs256 => Algorithm::RS256,
        }
    }

    /// The algorithm that a token's header names, if it is one of ours.
    pub(super) fn of_header(algorithm: Algorithm) -> Option<Self> {
        Self::ALL.into_iter().find(|ours| ours.header() == algorithm)
    }
}
