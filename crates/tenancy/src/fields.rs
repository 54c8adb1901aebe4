//! The rules for single fields of a workspace.

use crate::error::TenancyError;
use crate::slug::{MAX_SLUG, is_slug};
use mainstay_kernel::{FieldError, Plans};

/// Most characters of a name.
const MAX_NAME: usize = 255;

/// Collects what is wrong with the fields of one request, so that the answer names all of it.
#[derive(Default)]
pub(crate) struct Problems(Vec<FieldError>);

impl Problems {
    /// The new value of a field; the present one where nothing was asked or the asked is wrong.
    pub(crate) fn settle<T>(&mut self, present: T, asked: Option<Result<T, FieldError>>) -> T {
        match asked {
            None => present,
            Some(Ok(value)) => value,
            Some(Err(problem)) => {
                self.0.push(problem);
                present
            }
        }
    }

    /// Fails when anything was wrong.
    pub(crate) fn refuse(self) -> Result<(), TenancyError> {
        if self.0.is_empty() { Ok(()) } else { Err(TenancyError::Invalid(self.0)) }
    }
}

/// A name without the white space around it.
pub(crate) fn name(text: &str) -> Result<String, FieldError> {
    let name = text.trim();
    let wrong = |rule: &str, message: &str| Err(FieldError::new("name", rule, message));
    if name.is_empty() {
        return wrong("required", "The name field is required.");
    }
    if name.chars().count() > MAX_NAME {
        return wrong("maxLength", "The name may not be longer than 255 characters.");
    }
    if name.chars().any(char::is_control) {
        return wrong("format", "The name may not contain control characters.");
    }
    Ok(name.to_owned())
}

/// A slug as it was asked for.
pub(crate) fn slug(text: &str) -> Result<String, FieldError> {
    if text.len() > MAX_SLUG {
        return Err(FieldError::new("slug", "maxLength", "The slug may not be longer than 100 characters."));
    }
    if !is_slug(text) {
        let message = "The slug may only contain lower-case letters and digits, in words joined by single dashes.";
        return Err(FieldError::new("slug", "format", message));
    }
    Ok(text.to_owned())
}

/// A plan of the catalogue that the caller may ask for: the present one, or any if they may choose.
pub(crate) fn tier(plans: &Plans, asked: &str, present: &str, may_choose: bool) -> Result<String, FieldError> {
    if plans.get(asked).is_none() {
        let names = plans.names().collect::<Vec<_>>().join(", ");
        return Err(FieldError::new("tier", "enum", format!("The tier must be one of {names}.")));
    }
    if asked != present && !may_choose {
        let message = format!("You may not choose the tier; the workspace is on {present}.");
        return Err(FieldError::new("tier", "forbidden", message));
    }
    Ok(asked.to_owned())
}
