//! A grant on the wire: a number, `"unlimited"`, true or false.

use mainstay_entitlements::{Grant, Unlimited};
use schemars::JsonSchema;
use schemars::r#gen::SchemaGenerator;
use schemars::schema::Schema;
use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// How much of a feature a plan includes.
#[derive(Debug, Clone, Copy)]
pub(super) struct GrantValue(pub(super) Grant);

const UNLIMITED: &str = "unlimited";

/// As it is described.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum Written {
    /// So much of it in a cycle, up to 2^53 - 1.
    Limit(u64),
    /// Whether it is there.
    Included(bool),
    /// As much of it as one likes.
    Unlimited(Word),
}

#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[expect(dead_code, reason = "only its schema is used")]
enum Word {
    Unlimited,
}

impl JsonSchema for GrantValue {
    fn schema_name() -> String {
        "GrantValue".to_owned()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Written::json_schema(generator)
    }
}

impl Serialize for GrantValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Grant::Limit(limit) => serializer.serialize_u64(limit),
            Grant::Included(included) => serializer.serialize_bool(included),
            Grant::Unlimited(Unlimited::Unlimited) => serializer.serialize_str(UNLIMITED),
        }
    }
}

impl<'de> Deserialize<'de> for GrantValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl Visitor<'_> for Reader {
    type Value = GrantValue;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a whole number from 0, \"unlimited\", true or false")
    }

    fn visit_bool<E: Error>(self, included: bool) -> Result<GrantValue, E> {
        Ok(GrantValue(Grant::Included(included)))
    }

    fn visit_u64<E: Error>(self, limit: u64) -> Result<GrantValue, E> {
        Ok(GrantValue(Grant::Limit(limit)))
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<GrantValue, E> {
        if word == UNLIMITED {
            return Ok(GrantValue(Grant::Unlimited(Unlimited::Unlimited)));
        }
        Err(E::invalid_value(Unexpected::Other("another text"), &self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_is_written_as_it_is_read() {
        for text in ["0", "1000", "true", "false", "\"unlimited\""] {
            let grant: GrantValue = serde_json::from_str(text).expect(text);
            assert_eq!(serde_json::to_string(&grant).expect(text), text);
        }
        for text in ["-1", "1.5", "\"much\"", "null", "[]", "{}", "99999999999999999999"] {
            assert!(serde_json::from_str::<GrantValue>(text).is_err(), "{text}");
        }
    }
}
