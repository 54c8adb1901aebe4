//! The schemas within a schema, by what they apply to.

use super::PATTERN;
use serde_json::{Map, Value};

/// What is within one schema.
#[derive(Default)]
pub(super) struct Parts<'s> {
    /// Applied to the same value.
    pub(super) here: Vec<&'s Value>,
    /// Applied to members or items of which each meets one of them at most.
    pub(super) apart: Vec<&'s Value>,
    /// Applied to any member or item, beside others.
    pub(super) each: Vec<&'s Value>,
    /// Whether it goes through what applies to the same value once more.
    pub(super) asks_again: bool,
    /// What it costs by itself, for one value.
    pub(super) own: u64,
}

impl<'s> Parts<'s> {
    pub(super) fn of(members: &'s Map<String, Value>) -> Self {
        let mut parts = Self { own: 1, ..Self::default() };
        for (key, value) in members {
            parts.add(key, value);
        }
        parts
    }

    fn add(&mut self, key: &str, value: &'s Value) {
        match (key, value) {
            ("allOf" | "anyOf" | "oneOf", Value::Array(schemas)) => self.here.extend(schemas),
            ("not" | "if" | "then" | "else", schema) => self.here.push(schema),
            ("dependentSchemas" | "dependencies", Value::Object(schemas)) => self.here.extend(schemas.values()),
            ("properties", Value::Object(schemas)) => self.apart.extend(schemas.values()),
            ("prefixItems" | "items", Value::Array(schemas)) => self.apart.extend(schemas),
            ("items" | "additionalItems" | "additionalProperties", schema) => self.apart.push(schema),
            ("patternProperties", Value::Object(schemas)) => {
                self.each.extend(schemas.values());
                self.own += count(schemas.len()) * PATTERN;
            }
            ("contains" | "propertyNames", schema) => self.each.push(schema),
            ("unevaluatedItems" | "unevaluatedProperties", schema) => {
                self.each.push(schema);
                self.asks_again = true;
            }
            ("pattern", _) => self.own += PATTERN,
            ("enum", Value::Array(values)) => self.own += count(values.len()),
            _ => {}
        }
    }
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
