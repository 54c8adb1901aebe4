//! What a client asks for claim by claim (OpenID Connect Core section 5.5).

use super::error::OAuthError;
use super::scopes::{OAuthScope, OAuthScopes};
use serde_json::Value;

/// What the parameter `claims` names, for wherever; what nobody knows in it is ignored.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    /// The scopes that the claims belong to. A person is asked scope by scope, so a claim is granted with its scope.
    pub(super) scopes: OAuthScopes,
    pub(super) email_verified: bool,
}

impl Wanted {
    /// Reads it.
    ///
    /// # Errors
    /// [`OAuthError::InvalidParameter`] for what is no JSON object.
    pub(super) fn read(text: Option<&str>) -> Result<Self, OAuthError> {
        let Some(text) = text else { return Ok(Self::default()) };
        let claims: Value = serde_json::from_str(text).map_err(|_| OAuthError::InvalidParameter("claims"))?;
        let Value::Object(places) = claims else { return Err(OAuthError::InvalidParameter("claims")) };
        let lists = ["userinfo", "id_token"].into_iter().filter_map(|place| places.get(place)?.as_object());
        let names: Vec<_> = lists.flat_map(|claims| claims.keys()).collect();
        Ok(Self {
            scopes: names.iter().filter_map(|name| OAuthScope::of_claim(name)).collect(),
            email_verified: names.iter().any(|name| *name == "email_verified"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(text: &str) -> String {
        Wanted::read(Some(text)).expect("an object").scopes.to_string()
    }

    #[test]
    fn a_claim_is_asked_for_with_the_scope_that_it_belongs_to() {
        assert_eq!(wanted(r#"{"userinfo": {"name": {"essential": true}}}"#), "profile");
        assert_eq!(wanted(r#"{"id_token": {"email": null}, "userinfo": {"given_name": null}}"#), "profile email");
        assert_eq!(
            wanted(r#"{"id_token": {"acr": {"values": ["x"]}, "sub": {"value": "y"}}, "other": {"name": 1}}"#),
            ""
        );
        assert_eq!(Wanted::read(None).expect("nothing"), Wanted::default());
    }

    #[test]
    fn whether_an_address_is_verified_is_for_those_who_name_it() {
        let names_it = |text| Wanted::read(Some(text)).expect("an object").email_verified;
        assert!(names_it(r#"{"userinfo": {"email_verified": null}}"#));
        assert!(!names_it(r#"{"userinfo": {"email": null}, "email_verified": {}}"#));
    }

    #[test]
    fn what_is_no_object_is_refused() {
        for text in ["", "name", "[]", "7", r#"{"userinfo": "#] {
            assert!(matches!(Wanted::read(Some(text)), Err(OAuthError::InvalidParameter("claims"))), "{text}");
        }
    }
}
