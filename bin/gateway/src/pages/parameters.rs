//! The parameters by which clients send people here, in a query or a form.

use super::form::FormError;
use std::collections::BTreeMap;

/// Longest text of parameters taken, in bytes.
pub(super) const MAX_LENGTH: usize = 8_192;

/// Parameters, each of which stands there once.
#[derive(Debug)]
pub(super) struct Parameters {
    /// All of them, as they came.
    pub(super) pairs: Vec<(String, String)>,
    left: BTreeMap<String, String>,
}

impl Parameters {
    /// Reads a query, or a body that is written as one.
    ///
    /// # Errors
    /// [`FormError::Unreadable`] when it cannot be taken apart, or has a parameter twice (RFC 6749 section 3.1).
    pub(super) fn read(query: &str) -> Result<Self, FormError> {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).map_err(|_| FormError::Unreadable)?;
        let left: BTreeMap<_, _> = pairs.iter().cloned().collect();
        if left.len() == pairs.len() { Ok(Self { pairs, left }) } else { Err(FormError::Unreadable) }
    }

    /// The value of one, which is told once.
    pub(super) fn take(&mut self, name: &str) -> Option<String> {
        self.left.remove(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_that_was_sent_twice_is_refused() {
        for query in ["state=a&state=b", "client_id=a&client_id=a", "x=1&x=2"] {
            assert_eq!(Parameters::read(query).err(), Some(FormError::Unreadable), "{query}");
        }
    }
}
