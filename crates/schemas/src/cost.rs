//! What a schema may cost at most, found out before anything is held against it.
//!
//! JSON Schema lets a few lines describe a check that never ends, or that takes twice as long with every level of the
//! data. Here a schema is followed through its references as a check would, without data: what applies to the same value
//! is added up, of what applies to different members of a value the most counts.

mod parts;

use parts::Parts;
use serde_json::{Map, Value};
use std::collections::{HashMap, HashSet};
use std::ptr;

/// Levels of data that are checked; deeper ones are not parsed out of a request either.
pub(crate) const DEEPEST_DATA: usize = 128;
/// Most schemas that apply to one value and what is nested in it along one way down.
const MOST_STEPS: u64 = 10_000;
/// Most schemas under way at a time, so that no stack overflows.
const HIGHEST: usize = 400;
/// Most patterns, of which each is compiled.
const MOST_PATTERNS: usize = 50;
/// What a pattern costs beside the plainest check.
pub(crate) const PATTERN: u64 = 20;

/// The drafts that are understood, from 6 on.
const DRAFTS: [&str; 4] = [
    "json-schema.org/draft/2020-12/schema",
    "json-schema.org/draft/2019-09/schema",
    "json-schema.org/draft-07/schema",
    "json-schema.org/draft-06/schema",
];

/// Steps that a check takes at most for each value of the data.
///
/// # Errors
/// Why nothing may be held against the schema, in a sentence.
pub(crate) fn of(schema: &Value) -> Result<u64, String> {
    if let Some(draft) = schema.get("$schema") {
        let plain = draft.as_str().unwrap_or_default().trim_end_matches('#');
        let plain = plain.strip_prefix("https://").or_else(|| plain.strip_prefix("http://"));
        if !plain.is_some_and(|plain| DRAFTS.contains(&plain)) {
            return Err("The schema must be of draft 2020-12, 2019-09, 7 or 6 of JSON Schema.".to_owned());
        }
    }
    let mut scale =
        Scale { root: schema, known: HashMap::new(), under_way: HashSet::new(), targets: HashMap::new(), patterns: 0 };
    scale.look_through(schema, true)?;
    if scale.patterns > MOST_PATTERNS {
        return Err(format!("A schema has at most {MOST_PATTERNS} patterns."));
    }
    // A compiler goes into each target once, however deep the data may be. A schema within another is two levels down.
    let height = scale.targets.values().fold(levels(schema), |sum, target| sum + levels(target));
    if height > HIGHEST * 2 {
        return Err(too_high());
    }
    Ok(scale.steps(schema, DEEPEST_DATA, 0)?.max(1))
}

struct Scale<'s> {
    root: &'s Value,
    /// What a schema costs, by its place and the levels of data left.
    known: HashMap<(usize, usize), u64>,
    under_way: HashSet<(usize, usize)>,
    /// What is referred to.
    targets: HashMap<String, &'s Value>,
    patterns: usize,
}

impl<'s> Scale<'s> {
    /// Finds references and patterns wherever they stand, and refuses what would change what a reference means.
    fn look_through(&mut self, value: &'s Value, is_root: bool) -> Result<(), String> {
        match value {
            Value::Array(items) => items.iter().try_for_each(|item| self.look_through(item, false)),
            Value::Object(members) => {
                for (key, value) in members {
                    self.look_at(key, value, is_root)?;
                    self.look_through(value, false)?;
                }
                Ok(())
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
        }
    }

    fn look_at(&mut self, key: &str, value: &'s Value, is_root: bool) -> Result<(), String> {
        match (key, value) {
            ("$ref", Value::String(reference)) => {
                let target = self.target(reference)?;
                self.targets.insert(reference.clone(), target);
            }
            ("$dynamicRef" | "$recursiveRef", Value::String(_)) => {
                return Err(format!("A schema refers to itself by $ref alone, not by {key}."));
            }
            ("$id" | "$schema", Value::String(_)) if !is_root => {
                return Err(format!("Only the schema as a whole may have a {key}."));
            }
            ("pattern", Value::String(_)) => self.patterns += 1,
            ("patternProperties", Value::Object(patterns)) => self.patterns += patterns.len(),
            _ => {}
        }
        Ok(())
    }

    /// What a reference leads to.
    fn target(&self, reference: &str) -> Result<&'s Value, String> {
        let outside =
            || format!("The reference {reference:.100} must lead to a place in the schema, as #/$defs/… does.");
        let pointer = reference.strip_prefix('#').ok_or_else(outside)?;
        let pointer = percent_encoding::percent_decode_str(pointer).decode_utf8().map_err(|_| outside())?;
        self.root.pointer(&pointer).ok_or_else(outside)
    }

    fn steps(&mut self, schema: &'s Value, levels: usize, height: usize) -> Result<u64, String> {
        let Value::Object(members) = schema else { return Ok(1) };
        let place = (ptr::from_ref(schema).addr(), levels);
        if let Some(known) = self.known.get(&place) {
            return Ok(*known);
        }
        if height >= HIGHEST {
            return Err(too_high());
        }
        if !self.under_way.insert(place) {
            return Err("The schema applies itself to the same value without end.".to_owned());
        }
        let steps = self.sum(members, levels, height + 1)?;
        if steps > MOST_STEPS {
            return Err("The schema takes too long to hold an event against.".to_owned());
        }
        self.under_way.remove(&place);
        self.known.insert(place, steps);
        Ok(steps)
    }

    fn sum(&mut self, members: &'s Map<String, Value>, levels: usize, height: usize) -> Result<u64, String> {
        let parts = Parts::of(members);
        let mut here = 0_u64;
        if let Some(Value::String(reference)) = members.get("$ref") {
            here += self.steps(self.target(reference)?, levels, height)?;
        }
        for part in parts.here {
            here += self.steps(part, levels, height)?;
        }
        // Whoever asks what was evaluated goes through all of it once more.
        let here = if parts.asks_again { here.saturating_mul(2) } else { here };
        let below = match levels.checked_sub(1) {
            None => 0,
            Some(levels) => {
                let mut most = 0;
                for part in parts.apart {
                    most = most.max(self.steps(part, levels, height)?);
                }
                let mut each = 0_u64;
                for part in parts.each {
                    each += self.steps(part, levels, height)?;
                }
                most.saturating_add(each)
            }
        };
        Ok(parts.own.saturating_add(here).saturating_add(below))
    }
}

/// How many lists and objects are within each other.
fn levels(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(levels).max().unwrap_or(0),
        Value::Object(members) => 1 + members.values().map(levels).max().unwrap_or(0),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

fn too_high() -> String {
    "The schema is nested too deep, by itself or by its references.".to_owned()
}

#[cfg(test)]
mod tests;
