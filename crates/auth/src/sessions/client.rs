//! What a session is begun and used with.

use crate::devices::device_name;
use mainstay_kernel::Secret;
use std::net::IpAddr;

/// Longest user agent kept, in characters.
const MAX_LENGTH: usize = 255;

/// In which form a client is given access tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TokenForm {
    /// Of no meaning to anyone but us. A refresh voids the one before.
    #[default]
    Opaque,
    /// A JWT (RFC 7519), which others can verify. It stands for its hour, unless the session ends.
    Jwt,
}

/// The device and the place that a request comes from, as far as they are known, and what it wants.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Client {
    address: Option<IpAddr>,
    user_agent: Option<String>,
    device_token: Option<Secret<String>>,
    token_form: TokenForm,
}

impl Client {
    /// From the address of the connection and the header `User-Agent` (RFC 9110 section 10.1.5), of which 255
    /// characters are kept.
    pub fn new(address: Option<IpAddr>, user_agent: Option<&str>) -> Self {
        let kept = |text: &str| text.chars().filter(|letter| !letter.is_control()).take(MAX_LENGTH).collect::<String>();
        let user_agent = user_agent.map(|text| kept(text.trim())).filter(|text| !text.is_empty());
        let address = address.map(|address| address.to_canonical());
        Self { address, user_agent, device_token: None, token_form: TokenForm::Opaque }
    }

    /// The same client, which brought what an earlier login gave it to be recognised by.
    #[must_use]
    pub fn with_device_token(self, device_token: Option<Secret<String>>) -> Self {
        Self { device_token, ..self }
    }

    /// The same client, which wants its access tokens in this form.
    #[must_use]
    pub fn wanting(self, token_form: TokenForm) -> Self {
        Self { token_form, ..self }
    }

    /// Where from.
    pub const fn address(&self) -> Option<IpAddr> {
        self.address
    }

    /// What with, at most 255 characters.
    pub fn user_agent(&self) -> Option<&str> {
        self.user_agent.as_deref()
    }

    /// What a person would call the device, such as `Firefox on Linux`.
    pub fn device_name(&self) -> String {
        device_name::of(self.user_agent())
    }

    /// What an earlier login gave it to be recognised by; not checked yet.
    pub const fn device_token(&self) -> Option<&Secret<String>> {
        self.device_token.as_ref()
    }

    /// In which form it wants its access tokens.
    pub const fn token_form(&self) -> TokenForm {
        self.token_form
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_agent_is_cut_at_255_characters() {
        let client = Client::new(None, Some(&"ä".repeat(300)));
        assert_eq!(client.user_agent().map(|text| text.chars().count()), Some(255));
        assert_eq!(Client::new(None, Some(" \r\n")).user_agent(), None);
    }

    #[test]
    fn an_address_is_the_same_over_both_protocols() {
        let address = |text: &str| Client::new(text.parse().ok(), None).address();
        assert_eq!(address("::ffff:192.0.2.7"), address("192.0.2.7"));
    }
}
