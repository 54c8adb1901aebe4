//! A form that was sent, and may be believed: it came from a page of ours in this very browser.

use super::browser::Browser;
use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderMap};
use actix_web::{FromRequest, HttpRequest};
use mainstay_edge::{Failure, PublicUrl, valid};
use mainstay_kernel::{Fault, Kind};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::future::{Future, Ready, ready};
use std::pin::Pin;

/// Who sent it, and what is in it.
pub(crate) struct Form<T> {
    pub(super) browser: Browser,
    pub(super) input: T,
}

/// The query of a page.
pub(crate) struct Asked<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest for Asked<T> {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let query = serde_urlencoded::from_str(request.query_string());
        ready(query.map(Self).map_err(|_| FormError::Unreadable.into()))
    }
}

/// Why a form is not believed, or not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum FormError {
    /// Another site sent it.
    #[error("This form was sent from another site. Nothing was done.")]
    Foreign,
    /// Its proof is missing, or of another browser or session.
    #[error("This form has lapsed, and nothing was done. Go back, load the page again, and send it once more.")]
    Lapsed,
    /// Its content is of another type, or cannot be taken apart.
    #[error("This is not a form that the page could have sent.")]
    Unreadable,
}

impl Fault for FormError {
    fn kind(&self) -> Kind {
        match self {
            Self::Foreign | Self::Lapsed => Kind::Forbidden,
            Self::Unreadable => Kind::Malformed,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Foreign => "form_foreign",
            Self::Lapsed => "form_lapsed",
            Self::Unreadable => "form_unreadable",
        }
    }
}

/// The field that carries the proof.
#[derive(Deserialize)]
struct Proof {
    #[serde(default)]
    proof: String,
}

impl<T: DeserializeOwned + 'static> FromRequest for Form<T> {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let body = valid::body(&request, payload).await?;
            let browser = Browser::of(&request).await?;
            if !is_ours(request.headers(), &browser.hosted.public_url) {
                return Err(FormError::Foreign.into());
            }
            if !is_form(request.headers()) {
                return Err(FormError::Unreadable.into());
            }
            let unreadable = |_| FormError::Unreadable;
            let Proof { proof } = serde_urlencoded::from_bytes(&body).map_err(unreadable)?;
            if !browser.proves(&proof) {
                return Err(FormError::Lapsed.into());
            }
            let input = serde_urlencoded::from_bytes(&body).map_err(unreadable)?;
            Ok(Self { browser, input })
        })
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).map(|value| value.to_str().unwrap_or_default())
}

pub(super) fn is_form(headers: &HeaderMap) -> bool {
    let essence = text(headers, header::CONTENT_TYPE.as_str()).and_then(|value| value.split(';').next());
    essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}

/// Whether the browser says that a page of this origin sent the request, or says nothing of it.
///
/// Our pages send no referrer, and so browsers write `Origin: null` on their forms (Fetch §3.2.5); then
/// `Sec-Fetch-Site` (W3C Fetch Metadata §2.3) tells, and without that the proof alone.
fn is_ours(headers: &HeaderMap, public_url: &PublicUrl) -> bool {
    if let Some(site) = text(headers, "sec-fetch-site") {
        return site == "same-origin";
    }
    match text(headers, header::ORIGIN.as_str()) {
        None | Some("null") => true,
        Some(origin) => {
            let host = text(headers, header::HOST.as_str());
            let is_host = origin.split_once("://").is_some_and(|(_, authority)| Some(authority) == host);
            origin.eq_ignore_ascii_case(public_url.origin()) || is_host
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn ours(headers: &[(&'static str, &'static str)]) -> bool {
        let request = headers.iter().fold(TestRequest::default(), |request, pair| request.insert_header(*pair));
        is_ours(request.to_srv_request().headers(), &PublicUrl::new("https://id.example.com/here"))
    }

    #[test]
    fn what_the_browser_says_of_another_site_is_believed() {
        assert!(ours(&[]), "a client that says nothing has the proof to show");
        assert!(ours(&[("sec-fetch-site", "same-origin"), ("origin", "null")]));
        assert!(ours(&[("origin", "null")]));
        assert!(ours(&[("origin", "https://id.example.com")]));
        assert!(ours(&[("origin", "http://127.0.0.1:8080"), ("host", "127.0.0.1:8080")]));
        for site in ["cross-site", "same-site", "none", ""] {
            assert!(!ours(&[("sec-fetch-site", site), ("origin", "https://id.example.com")]), "{site}");
        }
        for origin in ["https://evil.example", "https://id.example.com.evil.example", "id.example.com", ""] {
            assert!(!ours(&[("origin", origin), ("host", "id.example.com")]), "{origin}");
        }
    }
}
