//! What an answer must be.

use super::table::{Needs, Route};
use mainstay_testkit::gateway::Answer;
use serde_json::Value;

/// A status, and the code that is told with it where one is named.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) status: u16,
    /// As the platform writes it; the identity API has it in capitals.
    code: Option<&'static str>,
}

/// Words for what comes often. Anything else is written `status:code`, or as a status alone.
const WORDS: &[(&str, &str)] = &[
    ("stale", "401:invalid_refresh_token"),
    ("scope", "403:forbidden_scope"),
    ("role", "403:forbidden_role"),
    ("owner", "403:forbidden_owner"),
    ("low", "403:insufficient_role"),
    ("out", "403:not_project_member"),
    ("shut", "403:project_private"),
    ("there", "400:already_member"),
    ("other", "400:email_mismatch"),
    ("gone", "404:not_found"),
    ("none", "404:session_not_found"),
    ("no_mail", "404:email_not_found"),
    ("no_client", "404:client_not_found"),
    ("no_grant", "404:grant_not_found"),
];

impl Verdict {
    /// What a word of the table means.
    pub(super) fn of(word: &'static str) -> Self {
        let meaning = WORDS.iter().find(|(name, _)| *name == word).map_or(word, |(_, meaning)| *meaning);
        let (status, code) = meaning.split_once(':').map_or((meaning, None), |(status, code)| (status, Some(code)));
        Self { status: status.parse().unwrap_or_else(|_| panic!("{word} means nothing")), code }
    }

    /// Whether the call has done what it is for.
    pub(super) fn has_effect(self) -> bool {
        self.status < 300
    }

    /// How an answer differs from it.
    pub(super) fn complaint(self, route: &Route, answer: &Answer) -> Option<String> {
        if answer.status != self.status {
            return Some(format!("{} was due", self.status));
        }
        let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let told = |field: &str| {
            let at = if route.is_mcp() { body.pointer(&format!("/error/data/{field}")) } else { body.get(field) };
            at.and_then(Value::as_str).unwrap_or_default()
        };
        let different = |(field, due): (&str, String)| (told(field) != due).then(|| format!("{field} {due:?} was due"));
        let challenges = answer.header("www-authenticate").is_some_and(|value| value.starts_with("Bearer"));
        if self.code == Some("unauthenticated") && !challenges {
            return Some("WWW-Authenticate: Bearer was due".to_owned());
        }
        self.due(route).into_iter().find_map(different)
    }

    /// The fields that follow from the code, in the dialect of the route.
    fn due(self, route: &Route) -> Vec<(&'static str, String)> {
        let Some(code) = self.code else { return Vec::new() };
        let sentence = |scope| format!("Insufficient permissions. Required scope: {scope}");
        if route.is_hosting() {
            return self.due_in_hosting(code);
        }
        match (route.is_platform(), code, route.needs) {
            (true, "forbidden_scope", Needs::Scope(scope)) => vec![
                ("error", "access_denied".to_owned()),
                ("code", code.to_owned()),
                ("required_scope", scope.to_owned()),
                ("message", sentence(scope)),
            ],
            _ if route.is_mcp() => vec![("code", code.to_owned())],
            (true, ..) => vec![("error", self.error(code).to_owned()), ("code", code.to_owned())],
            (false, "invalid_client" | "invalid_token", _) if route.is_oauth() => vec![("error", code.to_owned())],
            (false, "unauthenticated", _) => vec![("code", "UNAUTHORIZED".to_owned())],
            (false, "forbidden_scope", Needs::Scope(scope)) => {
                vec![("error", sentence(scope)), ("code", code.to_ascii_uppercase())]
            }
            (false, ..) => vec![("code", code.to_ascii_uppercase())],
        }
    }

    /// The error is that of the status; what it does not say stands in the reason.
    fn due_in_hosting(self, code: &'static str) -> Vec<(&'static str, String)> {
        let error = match self.status {
            401 => "UNAUTHORIZED",
            403 => "FORBIDDEN",
            404 => "NOT_FOUND",
            409 => "CONFLICT",
            status => panic!("{status} is in no row of this surface"),
        };
        let is_plain = matches!(code, "unauthenticated" | "not_found");
        let reason = (!is_plain).then(|| ("reason", code.to_ascii_uppercase()));
        [("error", error.to_owned())].into_iter().chain(reason).collect()
    }

    /// The platform's word for the sort of failure.
    fn error(self, code: &'static str) -> &'static str {
        match self.status {
            401 => "unauthorized",
            403 => "access_denied",
            _ => code,
        }
    }
}
