//! A client's question, as it stands in the address.

use super::PATH;
use crate::pages::form::FormError;
use crate::pages::parameters::Parameters;
use crate::pages::return_to::ReturnTo;
use mainstay_auth::AuthorizeRequest;
use mainstay_kernel::Secret;

/// The question, and the query that it was read from.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) query: String,
    pub(super) request: AuthorizeRequest,
    /// Whom the client expects (OpenID Connect Core section 3.1.2.1).
    pub(super) login_hint: Option<String>,
    pairs: Vec<(String, String)>,
}

impl Question {
    /// Reads a query.
    ///
    /// # Errors
    /// Those of [`Parameters::read`].
    pub(super) fn read(query: &str) -> Result<Self, FormError> {
        let mut parameters = Parameters::read(query)?;
        let login_hint = parameters.take("login_hint");
        let mut take = |name| parameters.take(name);
        let request = AuthorizeRequest {
            client_id: take("client_id"),
            redirect_uri: take("redirect_uri"),
            response_type: take("response_type"),
            state: take("state"),
            scope: take("scope"),
            code_challenge: take("code_challenge"),
            code_challenge_method: take("code_challenge_method"),
            nonce: take("nonce"),
            prompt: take("prompt"),
            max_age: take("max_age"),
            resource: take("resource"),
            claims: take("claims"),
            response_mode: take("response_mode"),
            id_token_hint: take("id_token_hint").map(Secret::new),
            request: take("request"),
            request_uri: take("request_uri"),
            registration: take("registration"),
        };
        Ok(Self { query: query.to_owned(), request, login_hint, pairs: parameters.pairs })
    }

    /// The page that puts the same question once more.
    pub(super) fn again(&self) -> Option<ReturnTo> {
        ReturnTo::parse(&format!("{PATH}?{}", self.query))
    }

    /// The page that puts it to whoever has just logged in for it.
    pub(super) fn after_login(&self) -> Option<ReturnTo> {
        let after = self.request.clone().after_login();
        let answered = [("prompt", after.prompt.as_deref()), ("max_age", after.max_age.as_deref())];
        let others = self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let others = others.filter(|(name, _)| answered.iter().all(|(known, _)| known != name));
        let left = answered.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let pairs: Vec<_> = others.chain(left).collect();
        ReturnTo::parse(&format!("{PATH}?{}", serde_urlencoded::to_string(pairs).ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_logged_in_for_it_is_not_asked_to_again() {
        let question =
            Question::read("client_id=a&prompt=login+consent&state=b%26c&login_hint=ada").expect("a question");
        assert_eq!(question.login_hint.as_deref(), Some("ada"));
        let after = question.after_login().expect("a page");
        assert_eq!(after.as_str(), "/oauth/authorize?client_id=a&state=b%26c&login_hint=ada&prompt=consent");
        let question = Question::read("client_id=a&prompt=select_account&max_age=0").expect("a question");
        assert_eq!(question.after_login().expect("a page").as_str(), "/oauth/authorize?client_id=a");
    }
}
