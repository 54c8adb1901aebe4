//! What endpoint and sender share, to sign with.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD};
use mainstay_kernel::{Ids, Secret};

/// What generated secrets begin with, and what Standard Webhooks 1.0.0 leaves out of the key.
const PREFIX: &str = "whsec_";
/// Letters and digits after the prefix; as base64 they are 36 bytes.
const DRAWN: usize = 48;
/// How many characters a secret has.
const LENGTHS: std::ops::RangeInclusive<usize> = 8..=255;

/// The libraries cut off bits that fill no byte, whatever they are. A stricter reading would take the same text for no
/// base64, and so for another key than theirs.
const LENIENT: GeneralPurpose = GeneralPurpose::new(&STANDARD, NO_PAD.with_decode_allow_trailing_bits(true));

/// A new secret: `whsec_` and 48 letters and digits.
pub fn generate(ids: &dyn Ids) -> Secret<String> {
    Secret::new(format!("{PREFIX}{}", ids.alphanumeric(DRAWN)))
}

/// The secret of an endpoint: 8 to 255 visible ASCII characters. Its debug print does not show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningSecret(Secret<String>);

impl SigningSecret {
    /// A secret that somebody chose.
    ///
    /// # Errors
    /// The sentence that says what a secret is.
    pub fn parse(text: String) -> Result<Self, &'static str> {
        let text = Secret::new(text);
        let fits = LENGTHS.contains(&text.expose().len()) && text.expose().bytes().all(|byte| byte.is_ascii_graphic());
        if fits { Ok(Self(text)) } else { Err("A secret has 8 to 255 visible ASCII characters.") }
    }

    /// A new secret: `whsec_` and 48 letters and digits.
    pub fn generate(ids: &dyn Ids) -> Self {
        Self(generate(ids))
    }

    /// The whole text, for those who must show, seal or sign with it.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// The key of signatures `v1` of Standard Webhooks 1.0.0.
    ///
    /// It is what the libraries make of the text: without the prefix `whsec_`, if it has it, decoded as base64 of the
    /// standard alphabet (RFC 4648 section 4), with or without padding. A text that they could not decode, or that
    /// decodes to nothing, is itself the key, without the prefix; with such a secret a receiver gives its library the
    /// bytes.
    pub fn standard_key(&self) -> Vec<u8> {
        let text = self.expose();
        let encoded = text.strip_prefix(PREFIX).unwrap_or(text);
        let decoded = LENIENT.decode(encoded.trim_end_matches('=')).ok().filter(|key| !key.is_empty());
        decoded.unwrap_or_else(|| encoded.as_bytes().to_vec())
    }
}

#[cfg(test)]
mod tests;
