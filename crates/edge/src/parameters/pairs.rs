//! Names and values, however they were sent.

use super::malformed;
use crate::failure::Rejection;
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;

/// The parameters that have a value; one that was sent more than once is a list of all its values.
#[derive(Default)]
pub(super) struct Pairs(Map<String, Value>);

impl Pairs {
    /// From a form, in a body or a query.
    pub(super) fn of_form(form: &[u8]) -> Self {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(form).unwrap_or_default();
        let mut read = Self::default();
        for (name, value) in pairs {
            read.add(name, Value::String(value));
        }
        read
    }

    /// From a JSON object.
    pub(super) fn of_json(body: &[u8]) -> Result<Self, Rejection> {
        serde_json::from_slice(body).map_err(|_| malformed("The body is not a JSON object."))
    }

    fn add(&mut self, name: String, value: Value) {
        // RFC 6749 section 3.1: what is sent without a value counts as left out.
        if value.is_null() || value.as_str().is_some_and(str::is_empty) {
            return;
        }
        match self.0.remove(&name) {
            None => self.0.insert(name, value),
            Some(Value::Array(mut values)) => {
                values.push(value);
                self.0.insert(name, Value::Array(values))
            }
            Some(first) => self.0.insert(name, Value::Array(vec![first, value])),
        };
    }

    /// The request that they make up. What was sent is never repeated in the error: it may be a secret.
    pub(super) fn fit<T: DeserializeOwned>(self) -> Result<T, Rejection> {
        // PostgreSQL keeps no NUL in text.
        let has_nul = |value: &Value| value.as_str().is_some_and(|text| text.contains('\0'));
        if let Some((name, _)) = self.0.iter().find(|(_, value)| has_nul(value)) {
            return Err(malformed(format!("The parameter {name} must not contain the character NUL.")));
        }
        let several: Vec<_> =
            self.0.iter().filter(|(_, value)| value.is_array()).map(|(name, _)| name.clone()).collect();
        serde_path_to_error::deserialize(Value::Object(self.0)).map_err(|error| {
            let (path, words) = (error.path().to_string(), error.inner().to_string());
            if let Some(missing) = words.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
                return malformed(format!("Missing {missing}"));
            }
            let due = if several.contains(&path) { "must be one text" } else { "is not valid" };
            malformed(format!("The parameter {path} {due}."))
        })
    }
}

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Pairs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Pairs, A::Error> {
                let mut pairs = Pairs::default();
                while let Some((name, value)) = members.next_entry()? {
                    pairs.add(name, value);
                }
                Ok(pairs)
            }
        }

        deserializer.deserialize_map(Members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Debug, PartialEq, Eq, Deserialize)]
    struct Request {
        code: String,
        state: Option<String>,
    }

    fn of_form(form: &str) -> Result<Request, String> {
        Pairs::of_form(form.as_bytes()).fit().map_err(|refused| refused.to_string())
    }

    fn of_json(body: &str) -> Result<Request, String> {
        Pairs::of_json(body.as_bytes()).and_then(Pairs::fit).map_err(|refused| refused.to_string())
    }

    fn request(code: &str, state: Option<&str>) -> Request {
        Request { code: code.to_owned(), state: state.map(str::to_owned) }
    }

    #[test]
    fn a_form_and_an_object_say_the_same() {
        assert_eq!(of_form("code=a+b%26&state=x&unknown=7"), Ok(request("a b&", Some("x"))));
        assert_eq!(
            of_json(r#"{"code": "a b&", "state": "x", "unknown": {"deep": 7}}"#),
            Ok(request("a b&", Some("x")))
        );
    }

    #[test]
    fn what_has_no_value_is_absent() {
        assert_eq!(of_form("code=a&state="), Ok(request("a", None)));
        assert_eq!(of_json(r#"{"code": "a", "state": null}"#), Ok(request("a", None)));
        assert_eq!(of_form("code=&state=x"), Err("Missing code".to_owned()));
        assert_eq!(of_json(r#"{"code": ""}"#), Err("Missing code".to_owned()));
    }

    #[test]
    fn a_parameter_that_is_there_twice_is_refused_unless_nobody_knows_it() {
        let twice = "The parameter code must be one text.";
        assert_eq!(of_form("code=a&code=a"), Err(twice.to_owned()));
        assert_eq!(of_form("code=a&code=b&code=c"), Err(twice.to_owned()));
        assert_eq!(of_json(r#"{"code": "a", "code": "b"}"#), Err(twice.to_owned()));
        assert_eq!(of_form("code=a&resource=b&resource=c"), Ok(request("a", None)));
    }

    #[test]
    fn what_is_no_text_is_refused_without_being_repeated() {
        assert_eq!(of_json(r#"{"code": 7777}"#), Err("The parameter code is not valid.".to_owned()));
        assert_eq!(of_form("code=a%00b"), Err("The parameter code must not contain the character NUL.".to_owned()));
        for broken in ["[]", "7", "{", "", "null"] {
            assert_eq!(of_json(broken), Err("The body is not a JSON object.".to_owned()), "{broken}");
        }
    }

    proptest! {
        #[test]
        fn no_body_makes_it_panic(body in ".*") {
            let _ = of_form(&body);
            let _ = of_json(&body);
        }
    }
}
