//! All that an object lacks, where serde stops at the first.

use schemars::JsonSchema;
use schemars::r#gen::SchemaGenerator;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// The fields that a `T` must have and this object has not, of which serde has told one.
///
/// Which a `T` must have is in its schema, as the document tells.
pub(super) fn fields<T: JsonSchema>(object: &str, told: &str) -> Vec<String> {
    let sent: Map<String, Value> = serde_json::from_str(object).unwrap_or_default();
    let schema = SchemaGenerator::default().into_root_schema_for::<T>().schema;
    let required: BTreeSet<String> = schema.object.map(|object| object.required).unwrap_or_default();
    let absent = required.into_iter().chain([told.to_owned()]).filter(|field| !sent.contains_key(field));
    absent.collect::<BTreeSet<_>>().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    #[expect(dead_code, reason = "only its schema is used")]
    struct Body {
        name: String,
        redirect_uri: String,
        #[serde(default)]
        is_public: bool,
        description: Option<String>,
    }

    #[test]
    fn every_field_that_must_be_there_is_named_and_no_other() {
        assert_eq!(fields::<Body>("{}", "name"), ["name", "redirectUri"]);
        assert_eq!(fields::<Body>(r#"{"name": null, "other": 1}"#, "redirectUri"), ["redirectUri"]);
        assert_eq!(fields::<Body>("{}", "unknown to the schema"), ["name", "redirectUri", "unknown to the schema"]);
    }
}
