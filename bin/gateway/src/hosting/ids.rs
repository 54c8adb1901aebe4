//! Ids as this API writes them.

use mainstay_edge::path::PathId;
use schemars::JsonSchema;

/// An id: `c`, then 9 to 31 small letters and digits. What is none is empty, which nothing is called: so that it is the
/// service that says what was not found.
pub(super) struct OpaqueId(pub(super) String);

/// The schema of an id.
#[derive(JsonSchema)]
#[schemars(transparent)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct WrittenId(String);

impl PathId for OpaqueId {
    type Written = WrittenId;

    fn read(text: &str) -> Option<Self> {
        let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let is_id = text.starts_with('c') && (10..=32).contains(&text.len()) && text.bytes().all(is_plain);
        Some(Self(if is_id { text.to_owned() } else { String::new() }))
    }
}
