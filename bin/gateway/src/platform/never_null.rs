//! Fields that a change may leave out, and not clear.

use mainstay_kernel::{FieldError, Patch};

/// The value of a field that a thing always has.
pub(crate) fn never_null<T>(field: &str, patch: Patch<T>, wrong: &mut Vec<FieldError>) -> Option<T> {
    match patch {
        Patch::Keep => None,
        Patch::Set(value) => Some(value),
        Patch::Clear => {
            wrong.push(FieldError::new(field, "null", format!("The {field} field must not be null.")));
            None
        }
    }
}
