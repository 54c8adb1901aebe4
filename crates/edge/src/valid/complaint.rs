//! Broken rules, each as a field, a rule and a sentence. What was sent is never repeated.

use mainstay_kernel::FieldError;
use std::borrow::Cow;
use validator::{ValidationError, ValidationErrors, ValidationErrorsKind};

/// All broken rules, in the order of the fields' names.
pub(super) fn of(errors: &ValidationErrors) -> Vec<FieldError> {
    let mut found = Vec::new();
    collect(errors, "", &mut found);
    found.sort_by(|a, b| a.field.cmp(&b.field));
    found
}

fn collect(errors: &ValidationErrors, path: &str, found: &mut Vec<FieldError>) {
    for (name, kind) in errors.errors() {
        let field = if path.is_empty() { name.to_string() } else { format!("{path}.{name}") };
        match kind {
            ValidationErrorsKind::Field(broken) => {
                found.extend(broken.iter().map(|error| FieldError::new(&field, &*error.code, sentence(&field, error))));
            }
            ValidationErrorsKind::Struct(inner) => collect(inner, &field, found),
            ValidationErrorsKind::List(items) => {
                for (at, inner) in items {
                    collect(inner, &format!("{field}.{at}"), found);
                }
            }
        }
    }
}

fn sentence(field: &str, error: &ValidationError) -> String {
    if let Some(message) = &error.message {
        return message.clone().into_owned();
    }
    let bound = |name: &'static str| error.params.get(&Cow::Borrowed(name)).map(ToString::to_string);
    match (error.code.as_ref(), bound("min"), bound("max")) {
        ("length", Some(min), Some(max)) => format!("The {field} field must be {min} to {max} characters long."),
        ("length", None, Some(max)) => format!("The {field} field must not be longer than {max} characters."),
        ("length", Some(min), None) => format!("The {field} field must be at least {min} characters long."),
        ("range", Some(min), Some(max)) => format!("The {field} field must lie between {min} and {max}."),
        ("range", None, Some(max)) => format!("The {field} field must be at most {max}."),
        ("range", Some(min), None) => format!("The {field} field must be at least {min}."),
        ("email", ..) => format!("The {field} field must be a valid email address."),
        ("required", ..) => format!("The {field} field is required."),
        _ => format!("The {field} field is not valid."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use validator::Validate;

    #[derive(Validate)]
    struct Body {
        #[validate(length(min = 1, max = 3))]
        name: String,
        #[validate(email)]
        email: String,
    }

    #[test]
    fn every_broken_rule_is_told_without_repeating_what_was_sent() {
        let body = Body { name: "secret".into(), email: "nobody".into() };
        let told = of(&body.validate().expect_err("two broken rules"));
        let sentences: Vec<_> = told.iter().map(|error| error.message.as_str()).collect();
        assert_eq!(
            sentences,
            ["The email field must be a valid email address.", "The name field must be 1 to 3 characters long."]
        );
    }
}
