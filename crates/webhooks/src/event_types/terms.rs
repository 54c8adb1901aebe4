//! What may be declared.

use super::model::NewEventType;
use crate::event_name::EventName;
use mainstay_kernel::FieldError;

const MOST_DESCRIPTION: usize = 1_000;

/// The declaration, if all of it may be; or each field that may not. A schema is compiled on a thread for such work.
pub(super) async fn checked(declared: NewEventType) -> Result<NewEventType, Vec<FieldError>> {
    let mut wrong = Vec::new();
    if let Err(text) = declared.name.parse::<EventName>() {
        wrong.push(FieldError::new("name", "format", text));
    }
    if declared.description.chars().count() > MOST_DESCRIPTION {
        wrong.push(FieldError::new("description", "maxLength", "The description has at most 1000 characters."));
    }
    if declared.description.contains('\0') {
        wrong.push(FieldError::new("description", "format", "The description may not contain the character NUL."));
    }
    if let Some(schema) = declared.schema.clone() {
        let looked_at = tokio::task::spawn_blocking(move || mainstay_schemas::unfit(&schema)).await;
        let unfit = looked_at.unwrap_or_else(|_| Some("The schema cannot be read.".to_owned()));
        wrong.extend(unfit.map(|text| FieldError::new("schema", "schema", text)));
    }
    if wrong.is_empty() { Ok(declared) } else { Err(wrong) }
}
