//! Structured data: JSON-LD that says what the page is about (schema.org).

use crate::seo::auditor::catalogue::{STRUCTURED_DATA_INVALID, STRUCTURED_DATA_NO_CONTEXT, STRUCTURED_DATA_UNTYPED};
use crate::seo::auditor::finding::Finding;
use crate::seo::auditor::observed::Observed;
use serde_json::{Map, Value};

pub(super) fn look(observed: &Observed) -> Vec<Finding> {
    observed.document.structured.iter().flat_map(|text| of_text(text)).collect()
}

fn of_text(text: &str) -> Vec<Finding> {
    let things = match serde_json::from_str(text) {
        Ok(Value::Object(thing)) => vec![thing],
        Ok(Value::Array(things)) if things.iter().all(Value::is_object) => {
            things.into_iter().filter_map(object).collect()
        }
        Ok(_) => return vec![STRUCTURED_DATA_INVALID.found(text, "The structured data is no object.")],
        Err(_) => return vec![STRUCTURED_DATA_INVALID.found(text, "The structured data is not valid JSON.")],
    };
    let mut found = Vec::new();
    for thing in &things {
        if !thing.contains_key("@context") {
            let message = "The structured data does not say in which vocabulary it is (@context).";
            found.push(STRUCTURED_DATA_NO_CONTEXT.found(text, message));
        }
        if !is_typed(thing) {
            let message = "The structured data does not say what it is about (@type).";
            found.push(STRUCTURED_DATA_UNTYPED.found(text, message));
        }
    }
    found
}

fn object(value: Value) -> Option<Map<String, Value>> {
    if let Value::Object(members) = value { Some(members) } else { None }
}

/// Whether it has a type, or each thing of its graph has.
fn is_typed(thing: &Map<String, Value>) -> bool {
    match thing.get("@graph") {
        Some(Value::Array(things)) => things.iter().all(|thing| thing.get("@type").is_some()),
        Some(_) => true,
        None => thing.contains_key("@type"),
    }
}
