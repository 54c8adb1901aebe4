//! What a service found wrong with a form, beside the fields that it belongs to.

use super::sheet::{Field, Reply};
use super::words::Words;
use actix_web::http::StatusCode;
use mainstay_edge::Failure;
use mainstay_kernel::{Details, Kind};

/// What is to be put right.
#[derive(Debug, Default)]
pub(super) struct Complaint {
    pub(super) status: StatusCode,
    /// Field and sentence.
    fields: Vec<(String, String)>,
    /// What belongs to no field.
    pub(super) general: Option<String>,
    retry_after: Option<u64>,
}

impl Complaint {
    /// What whoever filled in the form can put right, where the form has these fields.
    ///
    /// # Errors
    /// The failure itself, when it is none of theirs.
    pub(super) fn of(failure: impl Into<Failure>, words: &Words, shown: &[&str]) -> Result<Self, Failure> {
        let failure = failure.into();
        let fault = failure.fault();
        let unprocessable = Self { status: StatusCode::UNPROCESSABLE_ENTITY, ..Self::default() };
        match (fault.kind(), fault.details()) {
            (Kind::Invalid, Details::Fields(wrong)) => {
                let told = wrong.into_iter().map(|wrong| ((words.field)(&wrong), wrong.field));
                let (fields, rest): (Vec<_>, Vec<_>) = told.partition(|(_, field)| shown.contains(&field.as_str()));
                let general = rest.into_iter().map(|(sentence, _)| sentence).next();
                let fields = fields.into_iter().map(|(sentence, field)| (field, sentence)).collect();
                Ok(Self { fields, general, ..unprocessable })
            }
            (Kind::RateLimited, Details::RetryAfter(seconds)) => {
                let (status, general) = (StatusCode::TOO_MANY_REQUESTS, Some((words.too_many)(seconds)));
                Ok(Self { status, general, retry_after: Some(seconds), ..Self::default() })
            }
            (Kind::Unauthenticated | Kind::Malformed | Kind::Conflict, _) => {
                let sentence = (words.fault)(fault, &fault.to_string());
                let field = field_of(fault.code()).filter(|field| shown.contains(field));
                Ok(match field {
                    Some(field) => Self { fields: vec![(field.to_owned(), sentence)], ..unprocessable },
                    None => Self { general: Some(sentence), ..unprocessable },
                })
            }
            _ => Err(failure),
        }
    }

    /// The field with what is wrong with it.
    pub(super) fn about(&self, field: Field) -> Field {
        let problems = self.fields.iter().filter(|(name, _)| name == field.name).map(|(_, sentence)| sentence.clone());
        Field { problems: problems.collect(), ..field }
    }

    /// The reply, with how long to wait.
    pub(super) fn finish(&self, reply: Reply) -> Reply {
        reply.after(self.retry_after)
    }
}

/// The field that a code of the services is about.
fn field_of(code: &str) -> Option<&'static str> {
    match code {
        "invalid_code" | "code_expired" | "no_code" | "too_many_attempts" | "unknown_user_code" => Some("code"),
        "email_already_verified" | "email_already_in_use" | "email_mismatch" => Some("email"),
        _ => None,
    }
}
