//! A question that was checked, parameter by parameter.

use super::error::OAuthError;
use super::model::{AuthorizeRequest, ClientKind};
use super::pkce;
use super::scopes::OAuthScopes;
use super::wanted::Wanted;
use std::time::Duration;
use url::Url;

/// Longest nonce, in characters.
const MAX_NONCE: usize = 512;
/// Longest resource, in bytes.
const MAX_RESOURCE: usize = 2_000;

/// What a client asks, once it is known which client it is and where the answer goes.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) scopes: OAuthScopes,
    pub(super) code_challenge: Option<String>,
    pub(super) nonce: Option<String>,
    pub(super) prompt: Prompt,
    pub(super) max_age: Option<Duration>,
    pub(super) resource: Option<String>,
    pub(super) wants_email_verified: bool,
}

/// What the client wants the person to be asked (OpenID Connect Core section 3.1.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Prompt {
    /// Nothing at all: where something would have to be asked, that is an error.
    pub(super) none: bool,
    /// To log in anew, or to choose among accounts.
    pub(super) login: bool,
    /// To allow the client, though they have before.
    pub(super) consent: bool,
}

impl Question {
    /// Reads what a client of this kind asks.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub(super) fn read(request: &AuthorizeRequest, kind: ClientKind) -> Result<Self, OAuthError> {
        refuse_what_is_not_supported(request)?;
        match sent(request.response_type.as_ref()) {
            Some("code") => {}
            Some(_) => return Err(OAuthError::UnsupportedResponseType),
            None => return Err(OAuthError::Missing("response_type")),
        }
        if sent(request.response_mode.as_ref()).is_some_and(|mode| mode != "query") {
            return Err(OAuthError::InvalidParameter("response_mode"));
        }
        let method = sent(request.code_challenge_method.as_ref());
        let code_challenge = pkce::challenge(sent(request.code_challenge.as_ref()), method)?;
        if code_challenge.is_none() && kind == ClientKind::Public {
            return Err(OAuthError::ChallengeRequired);
        }
        let nonce = sent(request.nonce.as_ref());
        if nonce.is_some_and(|nonce| nonce.chars().count() > MAX_NONCE) {
            return Err(OAuthError::InvalidParameter("nonce"));
        }
        let max_age = sent(request.max_age.as_ref()).map(|seconds| seconds.parse().map(Duration::from_secs));
        let wanted = Wanted::read(sent(request.claims.as_ref()))?;
        Ok(Self {
            scopes: OAuthScopes::granted(sent(request.scope.as_ref())).with(&wanted.scopes),
            code_challenge,
            nonce: nonce.map(str::to_owned),
            prompt: Prompt::read(sent(request.prompt.as_ref()))?,
            max_age: max_age.transpose().map_err(|_| OAuthError::InvalidParameter("max_age"))?,
            resource: resource(sent(request.resource.as_ref()))?,
            wants_email_verified: wanted.email_verified,
        })
    }
}

impl Prompt {
    fn read(text: Option<&str>) -> Result<Self, OAuthError> {
        let words: Vec<_> = text.unwrap_or_default().split_ascii_whitespace().collect();
        let has = |word: &str| words.contains(&word);
        if has("none") && words.len() > 1 {
            return Err(OAuthError::InvalidParameter("prompt"));
        }
        Ok(Self { none: has("none"), login: has("login") || has("select_account"), consent: has("consent") })
    }
}

/// What is not understood is refused and not ignored, since it would say what else holds (OpenID Connect Core section
/// 3.1.2.6).
fn refuse_what_is_not_supported(request: &AuthorizeRequest) -> Result<(), OAuthError> {
    let foreign =
        [("request", &request.request), ("request_uri", &request.request_uri), ("registration", &request.registration)];
    match foreign.into_iter().find(|(_, parameter)| sent(parameter.as_ref()).is_some()) {
        Some((name, _)) => Err(OAuthError::NotSupported(name)),
        None => Ok(()),
    }
}

/// A parameter that was sent empty counts as not sent (RFC 6749 section 3.1).
pub(super) fn sent(parameter: Option<&String>) -> Option<&str> {
    parameter.map(String::as_str).filter(|text| !text.is_empty())
}

/// The resource, if it is one to take: an absolute URI without a fragment (RFC 8707 section 2).
///
/// # Errors
/// [`OAuthError::InvalidTarget`].
pub(super) fn resource(text: Option<&str>) -> Result<Option<String>, OAuthError> {
    let Some(text) = text else { return Ok(None) };
    let is_plain = text.len() <= MAX_RESOURCE && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#');
    if is_plain && Url::parse(text).is_ok() { Ok(Some(text.to_owned())) } else { Err(OAuthError::InvalidTarget) }
}
