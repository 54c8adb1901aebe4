//! Texts in a body that are read in a way of their own.

use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// A text without the white space around it, as people paste it.
///
/// # Errors
/// When it is no text.
pub fn trimmed<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(String::deserialize(deserializer)?.trim().to_owned())
}

/// One of these words. Serde's own enumerations take an object with such a word in it too.
///
/// # Errors
/// Naming the words, when it is none of them.
pub fn one_of<'de, D: Deserializer<'de>, T: Copy>(deserializer: D, words: &[(&str, T)]) -> Result<T, D::Error> {
    let text = String::deserialize(deserializer)?;
    let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
    found.ok_or_else(|| {
        let names: Vec<_> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
        Error::custom(format!("unknown word, expected one of {}", names.join(", ")))
    })
}
