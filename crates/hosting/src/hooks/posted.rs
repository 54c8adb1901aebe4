//! What was posted to a hook, before anybody knows whether to believe it.

use super::model::Provider;
use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// What was posted to a hook, as it came. It can be printed nowhere: a header may hold the secret itself.
#[derive(Clone, Default)]
pub struct Posted {
    /// Its headers, by their names in small letters.
    pub headers: BTreeMap<String, String>,
    /// Its body.
    pub body: Bytes,
}

/// Longest name of an event that is kept.
const LONGEST_EVENT: usize = 64;

/// By which header each provider says what happened. Gitea and its like say what GitHub would say, too, so they come first.
const EVENTS: [(&str, Provider); 5] = [
    ("x-gitea-event", Provider::Gitea),
    ("x-forgejo-event", Provider::Gitea),
    ("x-gitlab-event", Provider::GitLab),
    ("x-event-key", Provider::Bitbucket),
    ("x-github-event", Provider::GitHub),
];

impl Posted {
    /// A header by its name in small letters.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// Who posted it, and what that calls what happened.
    pub(super) fn event(&self) -> Option<(Provider, String)> {
        let (event, provider) = EVENTS.iter().find_map(|(name, provider)| Some((self.header(name)?, *provider)))?;
        let plain = event.chars().filter(|letter| letter.is_ascii_graphic() || *letter == ' ');
        Some((provider, plain.take(LONGEST_EVENT).collect()))
    }

    /// What stays the same when this is told again, as a hash.
    pub(super) fn key(&self, provider: Provider) -> Option<Vec<u8>> {
        let names: &[&str] = match provider {
            Provider::GitHub => &["x-github-delivery"],
            Provider::Gitea => &["x-gitea-delivery", "x-forgejo-delivery"],
            Provider::GitLab => &["idempotency-key", "webhook-id", "x-gitlab-event-uuid"],
            Provider::Bitbucket => &["x-request-uuid"],
        };
        let key = names.iter().find_map(|name| self.header(name)).filter(|key| !key.is_empty())?;
        Some(Sha256::new().chain_update(provider.name()).chain_update([0]).chain_update(key).finalize().to_vec())
    }

    /// The same of the body, where two pushes never have the same one: they tell when they were made. What the server calls
    /// a delivery is not signed there, and whoever caught one could call it otherwise.
    pub(super) fn body_key(&self, provider: Provider) -> Option<Vec<u8>> {
        let tells_when = matches!(provider, Provider::GitHub | Provider::Gitea);
        tells_when.then(|| Sha256::digest(&self.body).to_vec())
    }

    /// The JSON in it. GitHub sends a form unless it is told otherwise; what is signed is the form.
    pub(super) fn json(&self) -> Option<Vec<u8>> {
        let content_type = self.header("content-type").unwrap_or_default().trim_start().to_ascii_lowercase();
        if !content_type.starts_with("application/x-www-form-urlencoded") {
            return Some(self.body.to_vec());
        }
        let mut fields = url::form_urlencoded::parse(&self.body);
        fields.find(|(name, _)| name == "payload").map(|(_, json)| json.into_owned().into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posted(headers: &[(&str, &str)], body: &str) -> Posted {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Posted { headers, body: Bytes::copy_from_slice(body.as_bytes()) }
    }

    #[test]
    fn gitea_is_not_taken_for_github_whose_headers_it_sends_as_well() {
        let of = |headers: &[(&str, &str)]| posted(headers, "").event();
        let gitea = of(&[("x-github-event", "push"), ("x-gitea-event", "push")]);
        assert_eq!(gitea, Some((Provider::Gitea, "push".to_owned())));
        assert_eq!(of(&[("x-gitlab-event", "Push Hook")]), Some((Provider::GitLab, "Push Hook".to_owned())));
        assert_eq!(of(&[("x-event-key", "repo:push")]), Some((Provider::Bitbucket, "repo:push".to_owned())));
        assert_eq!(of(&[("x-github-event", "ping")]), Some((Provider::GitHub, "ping".to_owned())));
        assert_eq!(of(&[("content-type", "application/json")]), None);
    }

    #[test]
    fn what_is_told_again_is_known_by_the_same_key() {
        let key = |name: &str, value: &str| posted(&[(name, value)], "").key(Provider::GitHub);
        assert_eq!(key("x-github-delivery", "a"), key("x-github-delivery", "a"));
        assert_ne!(key("x-github-delivery", "a"), key("x-github-delivery", "b"));
        assert_eq!(key("x-gitlab-event-uuid", "a"), None);
        assert_eq!(key("x-github-delivery", ""), None);
    }

    #[test]
    fn a_form_holds_json_in_its_payload() {
        let form = posted(
            &[("content-type", "application/x-www-form-urlencoded; charset=utf-8")],
            "a=b&payload=%7B%22ref%22%3A1%7D",
        );
        assert_eq!(form.json().as_deref(), Some(&br#"{"ref":1}"#[..]));
        assert_eq!(posted(&[("content-type", "application/x-www-form-urlencoded")], "a=b").json(), None);
        assert_eq!(posted(&[], "{}").json().as_deref(), Some(&b"{}"[..]));
    }
}
