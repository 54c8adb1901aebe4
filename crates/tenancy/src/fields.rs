//! The rules for single fields.

use crate::slug::{MAX_SLUG, is_slug};
use email_address::{EmailAddress, Options};
use mainstay_kernel::{FieldError, Patch, Plans};

/// Most characters of a name.
const MAX_NAME: usize = 255;
/// Most characters of a description.
const MAX_DESCRIPTION: usize = 2_000;
/// Longest address taken, in bytes (RFC 5321 section 4.5.3.1.3, without the angle brackets).
const MAX_EMAIL: usize = 254;

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
    pub(crate) fn refuse(self) -> Result<(), Vec<FieldError>> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0) }
    }
}

/// A name without the white space around it.
pub(crate) fn name(text: &str) -> Result<String, FieldError> {
    named("name", text)
}

/// A name in another field than `name`.
pub(crate) fn named(field: &str, text: &str) -> Result<String, FieldError> {
    let name = text.trim();
    if name.is_empty() {
        return Err(FieldError::new(field, "required", format!("The {field} field is required.")));
    }
    if name.chars().count() > MAX_NAME {
        let message = format!("The {field} may not be longer than {MAX_NAME} characters.");
        return Err(FieldError::new(field, "maxLength", message));
    }
    if name.chars().any(char::is_control) {
        return Err(FieldError::new(field, "format", format!("The {field} may not contain control characters.")));
    }
    Ok(name.to_owned())
}

/// A description without the white space around it; none when nothing is left.
pub(crate) fn description(text: &str) -> Result<Option<String>, FieldError> {
    let text = text.trim();
    let wrong = |rule: &str, message: &str| Err(FieldError::new("description", rule, message));
    if text.chars().count() > MAX_DESCRIPTION {
        return wrong("maxLength", "The description may not be longer than 2000 characters.");
    }
    if text.contains('\0') {
        return wrong("format", "The description may not contain the character NUL.");
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// What a change makes of a description.
pub(crate) fn changed_description(
    present: Option<&String>,
    change: &Patch<String>,
) -> Result<Option<String>, FieldError> {
    match change {
        Patch::Keep => Ok(present.cloned()),
        Patch::Clear => Ok(None),
        Patch::Set(text) => description(text),
    }
}

/// What addresses are compared by. Only ASCII letters are folded: more would take two mailboxes for one, such as that of
/// `k` and that of the Kelvin sign.
pub(crate) fn email_key(address: &str) -> String {
    address.to_ascii_lowercase()
}

/// A well-formed address (RFC 5322 `addr-spec`) without the white space around it.
pub(crate) fn email(text: &str) -> Result<String, FieldError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(FieldError::new("email", "required", "The email is missing."));
    }
    if text.len() > MAX_EMAIL {
        return Err(FieldError::new("email", "maxLength", "The email is longer than 254 bytes."));
    }
    let bare = Options::default().without_display_text().without_domain_literal();
    EmailAddress::parse_with_options(text, bare)
        .map(Into::into)
        .map_err(|_| FieldError::new("email", "email", "This is not an email address."))
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
        let names = plans.names().join(", ");
        return Err(FieldError::new("tier", "enum", format!("The tier must be one of {names}.")));
    }
    if asked != present && !may_choose {
        let message = format!("You may not choose the tier; the workspace is on {present}.");
        return Err(FieldError::new("tier", "forbidden", message));
    }
    Ok(asked.to_owned())
}
