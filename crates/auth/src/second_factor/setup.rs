//! What an authenticator needs to know.

use super::totp::TotpSecret;
use crate::error::AuthError;
use mainstay_kernel::Secret;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use qrcode::QrCode;
use qrcode::render::svg;

/// All but what RFC 3986 section 2.3 calls unreserved, and the `@` of an address, which section 3.3 lets stand in a
/// path.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'@');
/// Fewest pixels a side.
const SIDE: u32 = 240;

/// A secret that waits for its first code. It is shown this once.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The secret in base32 (RFC 4648 section 6), for typing in.
    pub secret: Secret<String>,
    /// `otpauth://totp/Issuer:email?secret=…&issuer=Issuer`, for scanning.
    pub uri: Secret<String>,
}

impl Setup {
    pub(super) fn new(issuer: &str, email: &str, secret: &TotpSecret) -> Self {
        let secret = secret.base32();
        // Authenticators take the first colon for the end of the name.
        let issuer = issuer.replace(':', " ");
        let (issuer, account) = (utf8_percent_encode(&issuer, ESCAPED), utf8_percent_encode(email, ESCAPED));
        let uri = format!("otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}", secret.expose());
        Self { secret, uri: Secret::new(uri) }
    }

    /// The URI as a QR code (ISO/IEC 18004): an SVG document without script or style, black on white.
    ///
    /// # Errors
    /// [`AuthError::Broken`] when the issuer's name is so long that no QR code holds the URI.
    pub fn svg(&self) -> Result<Secret<String>, AuthError> {
        let code = QrCode::new(self.uri.expose()).map_err(|cause| AuthError::broken("drawing a QR code", cause))?;
        Ok(Secret::new(code.render::<svg::Color>().min_dimensions(SIDE, SIDE).build()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mainstay_kernel::SystemIds;

    #[test]
    fn names_are_escaped_and_the_defaults_are_left_unsaid() {
        let setup = Setup::new("Ada & Söhne:1", "a+b:c@example.com", &TotpSecret::draw(&SystemIds));
        let secret = setup.secret.expose();
        let issuer = "Ada%20%26%20S%C3%B6hne%201";
        let expected = format!("otpauth://totp/{issuer}:a%2Bb%3Ac@example.com?secret={secret}&issuer={issuer}");
        assert_eq!(*setup.uri.expose(), expected);
        assert_eq!(secret.len(), 32);
    }

    #[test]
    fn a_picture_is_drawn_of_any_address_and_of_no_endless_issuer() {
        let draw = |issuer: &str, email: &str| Setup::new(issuer, email, &TotpSecret::draw(&SystemIds)).svg();
        let picture = draw("Mainstay", &format!("{}@example.com", "ä".repeat(120))).expect("a picture");
        assert!(picture.expose().contains("<svg ") && picture.expose().contains("<path "));
        assert!(!picture.expose().contains("style=") && !picture.expose().contains("<script"));
        assert!(draw(&"x".repeat(3_000), "ada@example.com").is_err());
    }

    #[test]
    fn a_printed_setup_shows_no_secret() {
        let setup = Setup::new("Mainstay", "ada@example.com", &TotpSecret::draw(&SystemIds));
        assert!(!format!("{setup:?}").contains(setup.secret.expose()));
    }
}
