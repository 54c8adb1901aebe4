//! Headers that an endpoint wants to be sent, such as a credential of its own.

use mainstay_kernel::FieldError;
use std::collections::{BTreeMap, HashSet};
use std::fmt;

/// The most headers of one endpoint.
const MOST: usize = 20;
/// The most characters of a name.
const LONGEST_NAME: usize = 100;
/// The most bytes of a value.
const LONGEST_VALUE: usize = 4096;
const FIELD: &str = "headers";

/// Headers that frame the message or say what we can read, in lower case.
const OURS: [&str; 10] = [
    "accept-encoding",
    "connection",
    "expect",
    "host",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
];
/// How the names of further ones begin.
const OURS_BELOW: [&str; 4] = ["content-", "proxy-", "webhook-", "x-webhook-"];

/// At most 20 headers whose values are secrets: a debug print shows their names alone.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct CustomHeaders(BTreeMap<String, String>);

impl CustomHeaders {
    /// From what was sent in the field `headers`. Names are kept as they were written.
    ///
    /// # Errors
    /// As `headers.<Name>`, each header whose name is no token (RFC 9110 section 5.6.2) of at most 100 characters, is ours
    /// to send, or is there in other letters; and each whose value is longer than 4096 bytes or holds anything but visible
    /// ASCII characters, spaces and tabs. Or `headers`, when there are more than 20.
    pub fn parse(given: &BTreeMap<String, String>) -> Result<Self, Vec<FieldError>> {
        if given.len() > MOST {
            let message = format!("The headers field must not have more than {MOST} entries.");
            return Err(vec![FieldError::new(FIELD, "maxProperties", message)]);
        }
        let mut seen = HashSet::new();
        let mut wrong = Vec::new();
        for (name, value) in given {
            let twice = !seen.insert(name.to_ascii_lowercase());
            let why = wrong_name(name).or(twice.then_some(TWICE)).or_else(|| wrong_value(value));
            wrong.extend(why.map(|(rule, message)| FieldError::new(format!("{FIELD}.{name}"), rule, message)));
        }
        if wrong.is_empty() { Ok(Self(given.clone())) } else { Err(wrong) }
    }

    /// Names and values, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The names, which are no secrets.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them, values included, as they are to be sealed.
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(&self.0).expect("a map of texts is JSON")
    }

    /// What [`Self::to_json`] gave. It was checked before it was sealed.
    ///
    /// # Errors
    /// It is something else.
    pub fn from_json(json: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(json).map(Self)
    }
}

impl fmt::Debug for CustomHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}

/// A broken rule and the sentence that tells it.
type Complaint = (&'static str, &'static str);

const TWICE: Complaint = ("unique", "This header is there twice, in other letters.");

fn wrong_name(name: &str) -> Option<Complaint> {
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(token) {
        return Some(("format", "This is not the name of a header."));
    }
    if name.len() > LONGEST_NAME {
        return Some(("maxLength", "The name of a header has at most 100 characters."));
    }
    let name = name.to_ascii_lowercase();
    let ours = OURS.contains(&name.as_str()) || OURS_BELOW.iter().any(|prefix| name.starts_with(prefix));
    ours.then_some(("reserved", "This header is set by the sender and cannot be chosen."))
}

fn wrong_value(value: &str) -> Option<Complaint> {
    if value.len() > LONGEST_VALUE {
        return Some(("maxLength", "The value of a header has at most 4096 bytes."));
    }
    let fits = value.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ' || byte == b'\t');
    (!fits).then_some(("format", "The value of a header has visible ASCII characters, spaces and tabs alone."))
}

#[cfg(test)]
mod tests;
