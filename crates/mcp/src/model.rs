//! What servers are called.

use std::fmt;
use std::str::FromStr;

/// The most characters of a server's name.
const LONGEST: usize = 64;

/// What a server is called: small letters, digits and hyphens, so that it can stand in a path, in the scheme of an
/// address and before the name of a tool.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServerName(String);

/// Not the name of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("A server's name is 1 to 64 small letters, digits and hyphens, and begins with a letter.")]
pub struct BadServerName;

impl ServerName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ServerName {
    type Err = BadServerName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let begins_well = text.bytes().next().is_some_and(|first| first.is_ascii_lowercase());
        if begins_well && text.len() <= LONGEST && text.bytes().all(plain) {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadServerName)
        }
    }
}

impl fmt::Display for ServerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
