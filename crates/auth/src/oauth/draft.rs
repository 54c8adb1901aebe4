//! What its owner wants a client to be, before it is: the rules of its fields.

use super::error::OAuthError;
use super::model::ClientKind;
use super::redirect;
use mainstay_kernel::FieldError;

/// Most addresses of one sort that a client has.
const MOST_ADDRESSES: usize = 10;
/// Longest name, in characters.
const MAX_NAME: usize = 100;

/// What a client of this kind is to be; none of what is not to change.
pub(super) struct Draft<'d> {
    pub(super) kind: ClientKind,
    pub(super) name: Option<&'d str>,
    pub(super) redirect_uris: Option<&'d [String]>,
    pub(super) post_logout_redirect_uris: Option<&'d [String]>,
    /// A client on devices may have nowhere to send people back to.
    pub(super) has_device_flow: bool,
    /// What is wrong with its keys.
    pub(super) wrong_keys: Option<FieldError>,
}

impl Draft<'_> {
    /// The name without the space around it, where there is one.
    ///
    /// # Errors
    /// [`OAuthError::InvalidFields`] with everything that breaks its rules.
    pub(super) fn checked(self) -> Result<Option<String>, OAuthError> {
        let mut errors = Vec::new();
        let name = self.name.map(name).transpose().unwrap_or_else(|error| {
            errors.push(error);
            None
        });
        if let Some(uris) = self.redirect_uris {
            let may_be_none = uris.is_empty() && self.has_device_flow;
            errors.extend(objections_to_ways_back(uris, self.kind).into_iter().filter(|_| !may_be_none));
        }
        errors.extend(objections(
            "post_logout_redirect_uris",
            self.post_logout_redirect_uris.unwrap_or_default(),
            self.kind,
        ));
        errors.extend(self.wrong_keys);
        if errors.is_empty() { Ok(name) } else { Err(OAuthError::InvalidFields(errors)) }
    }
}

/// The name without the space around it.
pub(super) fn name(text: &str) -> Result<String, FieldError> {
    let text = text.trim();
    let broken = |rule: &str, message: &str| Err(FieldError::new("name", rule, message));
    match text.chars().count() {
        0 => broken("required", "A client needs a name."),
        1..=MAX_NAME if text.chars().any(is_no_text) => broken("text", "This is more than one line of text."),
        1..=MAX_NAME => Ok(text.to_owned()),
        _ => broken("maxLength", "This has more than 100 characters."),
    }
}

/// Whether a letter breaks the line, or turns or hides what stands beside it, so that one name looks like another.
fn is_no_text(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// What is wrong with the addresses by which people come back to a client of this kind, of which it needs one.
pub(super) fn objections_to_ways_back(uris: &[String], kind: ClientKind) -> Vec<FieldError> {
    if uris.is_empty() {
        let message = "A client needs an address to send people back to.";
        return vec![FieldError::new("redirect_uris", "required", message)];
    }
    objections("redirect_uris", uris, kind)
}

/// What is wrong with the addresses in a field of a client of this kind.
fn objections(field: &str, uris: &[String], kind: ClientKind) -> Vec<FieldError> {
    if uris.len() > MOST_ADDRESSES {
        return vec![FieldError::new(field, "maxLength", "A client has at most 10 addresses.")];
    }
    let objection = |(index, uri): (usize, &String)| {
        let message = redirect::objection(uri, kind)?;
        Some(FieldError::new(format!("{field}.{index}"), "url", message))
    };
    uris.iter().enumerate().filter_map(objection).collect()
}
