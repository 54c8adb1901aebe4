//! What is posted to the path: what a person decides, or what a client asks.

use super::question::Question;
use crate::pages::form::{Form, FormError, is_form};
use crate::pages::return_to::ReturnTo;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use mainstay_edge::{Failure, valid};
use serde::Deserialize;
use std::future::Future;
use std::pin::Pin;

/// Either of the two.
pub(super) enum Posted {
    /// Sent by our own page, which is proven.
    Decision(Box<Form<Input>>),
    /// Sent from anywhere, as a link may be: the page that puts the question (OpenID Connect Core section 3.1.2.1).
    Question(ReturnTo),
}

/// What the person decides, of which question.
#[derive(Deserialize)]
pub(super) struct Input {
    #[serde(default)]
    pub(super) question: String,
    #[serde(default)]
    pub(super) answer: String,
}

impl FromRequest for Posted {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let body = valid::body(&request, payload).await?;
            match std::str::from_utf8(&body) {
                Ok(text) if is_form(request.headers()) && is_question(text) => Ok(Self::Question(page_of(text)?)),
                _ => Form::believe(&request, &body).await.map(|form| Self::Decision(Box::new(form))),
            }
        })
    }
}

/// Our own form has a proof, and names no client but inside its question.
fn is_question(form: &str) -> bool {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(form).unwrap_or_default();
    let has = |wanted: &str| pairs.iter().any(|(name, _)| name == wanted);
    has("client_id") && !has("proof")
}

fn page_of(form: &str) -> Result<ReturnTo, FormError> {
    Question::read(form)?.again().ok_or(FormError::Unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_leads_to_the_page_that_puts_it() {
        let page = page_of("client_id=a&state=b%26c+d").expect("a page");
        assert_eq!(page.as_str(), "/oauth/authorize?client_id=a&state=b%26c+d");
        for wrong in ["client_id=a&client_id=b", "client_id=a\r\nset-cookie: b", &"a".repeat(9_000)] {
            assert_eq!(page_of(wrong).err(), Some(FormError::Unreadable), "{wrong}");
        }
    }

    #[test]
    fn a_form_of_ours_is_no_question() {
        assert!(is_question("response_type=code&client_id=a"));
        for form in ["", "proof=x&client_id=a", "question=client_id%3Da&answer=allow", "state=x"] {
            assert!(!is_question(form), "{form}");
        }
    }
}
