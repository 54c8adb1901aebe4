//! The free texts of a profile.

use mainstay_kernel::{FieldError, Patch};

/// Most characters of a text.
const MAX_LENGTH: usize = 100;

/// The text without the space around it.
///
/// # Errors
/// What is wrong with this field.
pub(super) fn trimmed(field: &str, patch: Patch<String>) -> Result<Patch<String>, FieldError> {
    let Patch::Set(text) = patch else { return Ok(patch) };
    let text = text.trim();
    let broken = |rule: &str, message: &str| Err(FieldError::new(field, rule, message));
    match text.chars().count() {
        0 => broken("minLength", "Send null to clear this."),
        1..=MAX_LENGTH if text.chars().any(char::is_control) => broken("text", "This is more than one line of text."),
        1..=MAX_LENGTH => Ok(Patch::Set(text.to_owned())),
        _ => broken("maxLength", "This has more than 100 characters."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_one_to_a_hundred_characters_on_one_line() {
        let read = |text: &str| trimmed("surname", Patch::Set(text.to_owned())).map_err(|error| error.rule);
        assert_eq!(read(" Lovelace "), Ok(Patch::Set("Lovelace".to_owned())));
        assert_eq!(read(&"ä".repeat(100)), Ok(Patch::Set("ä".repeat(100))));
        assert_eq!(read(&"ä".repeat(101)), Err("maxLength".to_owned()));
        assert_eq!(read("  "), Err("minLength".to_owned()));
        assert_eq!(read("Love\nlace"), Err("text".to_owned()));
        assert_eq!(trimmed("surname", Patch::Clear), Ok(Patch::Clear));
    }
}
