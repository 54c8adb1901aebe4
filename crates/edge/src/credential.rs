//! Any credential, whatever carries it.

use crate::failure::Rejection;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mainstay_kernel::{Fault, Principal, WorkspaceId};
use std::any::Any;
use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;

/// Turns what a caller brings into who they are.
#[async_trait]
pub trait Authenticator: Send + Sync {
    /// The principal that the claim stands for, and what it was found by.
    ///
    /// # Errors
    /// Any fault: a credential that does not stand, an address that a key does not admit, a
    /// workspace that is not the caller's, a plan without API access.
    async fn authenticate(&self, claim: Claim<'_>) -> Result<Identified, Arc<dyn Fault>>;
}

/// A caller whose credential stands.
#[derive(Debug, Clone)]
pub struct Identified {
    /// Who it is.
    pub principal: Arc<Principal>,
    /// What stands behind the credential, where handlers may want it: see [`crate::Behind`].
    pub behind: Option<Arc<dyn Any + Send + Sync>>,
}

/// What a caller brings.
#[derive(Debug)]
pub struct Claim<'a> {
    /// The key or token.
    pub credential: &'a str,
    /// The workspace it is about, where the caller says so.
    pub workspace: Option<WorkspaceChoice<'a>>,
    /// Where the caller sits.
    pub address: IpAddr,
    /// What it is brought for: some credentials are good for one part of the installation alone.
    pub path: &'a str,
}

/// How a caller names a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkspaceChoice<'a> {
    /// By `X-Workspace-Id` or the query's `workspace_id`.
    Id(WorkspaceId),
    /// By `X-Workspace-Slug`.
    Slug(&'a str),
}

/// Where a key may stand by itself.
static API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// The credential of a request: from `Authorization` as `Bearer`, `Api-Key` or Basic (the key as
/// user), else from `X-API-Key`. `None` when there is none.
///
/// # Errors
/// [`Rejection::NoCredential`] when a carrier is there and unreadable.
pub fn of(headers: &HeaderMap) -> Result<Option<Cow<'_, str>>, Rejection> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        return from_authorization(value).map(Some).ok_or(Rejection::NoCredential);
    }
    let Some(value) = headers.get(&API_KEY) else { return Ok(None) };
    let key = value.to_str().map_err(|_| Rejection::NoCredential)?.trim();
    Ok(Some(Cow::Borrowed(key)))
}

/// Whether a request brings anything that may be a credential.
pub fn is_present(headers: &HeaderMap) -> bool {
    headers.contains_key(header::AUTHORIZATION) || headers.contains_key(&API_KEY)
}

fn from_authorization(value: &HeaderValue) -> Option<Cow<'_, str>> {
    let (scheme, rest) = value.to_str().ok()?.split_once(' ')?;
    let rest = rest.trim();
    if scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("api-key") {
        return Some(Cow::Borrowed(rest));
    }
    if scheme.eq_ignore_ascii_case("basic") {
        let pair = String::from_utf8(STANDARD.decode(rest).ok()?).ok()?;
        let (user, _password) = pair.split_once(':')?;
        return Some(Cow::Owned(user.to_owned()));
    }
    None
}

/// The headers by which a request may name a workspace.
pub(crate) static WORKSPACE_HEADERS: [HeaderName; 2] =
    [HeaderName::from_static("x-workspace-id"), HeaderName::from_static("x-workspace-slug")];

/// The workspace that a request names.
///
/// # Errors
/// [`Rejection::Invalid`] when an id is not a number.
pub fn workspace_of<'a>(headers: &'a HeaderMap, query: &str) -> Result<Option<WorkspaceChoice<'a>>, Rejection> {
    const NOT_A_NUMBER: &str = "The workspace id must be a positive integer.";
    let id = |field: &str, text: &str| {
        let number = text.trim().parse::<i64>().ok().filter(|id| *id > 0);
        number
            .map(|id| Some(WorkspaceChoice::Id(WorkspaceId(id))))
            .ok_or_else(|| Rejection::field(field, "integer", NOT_A_NUMBER))
    };
    let in_query = query.split('&').find_map(|pair| pair.strip_prefix("workspace_id="));
    if let Some(text) = in_query {
        return id("workspace_id", text);
    }
    let [by_id, by_slug] = &WORKSPACE_HEADERS;
    if let Some(value) = headers.get(by_id) {
        return id("X-Workspace-Id", value.to_str().unwrap_or_default());
    }
    let slug = headers.get(by_slug).and_then(|value| value.to_str().ok());
    Ok(slug.map(|slug| WorkspaceChoice::Slug(slug.trim())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn read(name: &'static str, value: &'static str) -> Option<Option<String>> {
        let request = TestRequest::default().insert_header((name, value)).to_srv_request();
        of(request.headers()).ok().map(|found| found.map(Cow::into_owned))
    }

    #[test]
    fn every_carrier_gives_the_key() {
        let key = Some(Some("sk_live_x".to_owned()));
        assert_eq!(read("authorization", "Bearer sk_live_x"), key);
        assert_eq!(read("authorization", "bearer sk_live_x"), key);
        assert_eq!(read("authorization", "Api-Key sk_live_x"), key);
        assert_eq!(read("authorization", "Basic c2tfbGl2ZV94Og=="), key);
        assert_eq!(read("x-api-key", "sk_live_x"), key);
        assert_eq!(read("accept", "text/html"), Some(None));
    }

    #[test]
    fn an_unreadable_carrier_is_not_taken_for_none() {
        for value in ["Bearer", "Digest x", "Basic !!!", "Basic c2tfbGl2ZV94"] {
            assert_eq!(read("authorization", value), None, "{value}");
        }
    }
}
