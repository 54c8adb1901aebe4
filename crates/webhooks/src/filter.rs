//! Which of the events an endpoint wants, by what they tell.

mod scalar;

use mainstay_kernel::FieldError;
use scalar::same;
use serde_json::{Map, Value};

/// The most paths of one endpoint.
const MOST: usize = 20;
/// The most values that a path may be allowed.
const MOST_VALUES: usize = 100;
/// The most characters of a path.
const LONGEST: usize = 200;
const FIELD: &str = "filters";

/// What an event's data must hold, all of it: at most 20 paths, each with a value or a list of which any will do.
///
/// A path leads through objects, by their keys with dots between them. `data.status` and `status` are the same place: the
/// member `status` of the event's `data`. What is not there equals nothing, not even null.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Filters(Vec<Condition>);

#[derive(Debug, Clone, PartialEq)]
struct Condition {
    /// As it was written.
    path: String,
    wanted: Value,
}

impl Filters {
    /// From the object that was sent in the field `filters`.
    ///
    /// # Errors
    /// Each path that is none, or whose value is neither a scalar nor a list of 1 to 100 scalars, as `filters.<path>`; or
    /// `filters`, when there are more than 20.
    pub fn parse(given: &Map<String, Value>) -> Result<Self, Vec<FieldError>> {
        if given.len() > MOST {
            let message = format!("The filters field must not have more than {MOST} entries.");
            return Err(vec![FieldError::new(FIELD, "maxProperties", message)]);
        }
        let wrong: Vec<_> = given.iter().filter_map(|(path, wanted)| complaint(path, wanted)).collect();
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let condition = |(path, wanted): (&String, &Value)| Condition { path: path.clone(), wanted: wanted.clone() };
        Ok(Self(given.iter().map(condition).collect()))
    }

    /// Whether the data of an event holds all that is wanted. Numbers are compared by value: 1 is 1.0.
    pub fn matches(&self, data: &Value) -> bool {
        self.0.iter().all(|condition| condition.holds(data))
    }

    /// The object that they were parsed from.
    pub fn to_json(&self) -> Value {
        self.0.iter().map(|condition| (condition.path.clone(), condition.wanted.clone())).collect::<Map<_, _>>().into()
    }

    /// Whether nothing is wanted, so that every event matches.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Condition {
    fn holds(&self, data: &Value) -> bool {
        let below = self.path.strip_prefix("data.").unwrap_or(&self.path);
        let found = below.split('.').try_fold(data, |place, key| place.as_object()?.get(key));
        found.is_some_and(|found| match &self.wanted {
            Value::Array(any) => any.iter().any(|wanted| same(wanted, found)),
            wanted => same(wanted, found),
        })
    }
}

/// What is wrong with an entry.
fn complaint(path: &str, wanted: &Value) -> Option<FieldError> {
    let complain = |rule, message: &str| Some(FieldError::new(format!("{FIELD}.{path}"), rule, message));
    if path.chars().count() > LONGEST {
        return complain("maxLength", "A path has at most 200 characters.");
    }
    if path.split('.').any(str::is_empty) {
        return complain("format", "A path is one or more keys with dots between them, such as data.status.");
    }
    match wanted {
        Value::Object(_) => complain("type", "A filter is a value, or a list of values, but not an object."),
        Value::Array(any) if any.is_empty() => complain("required", "A list of values must hold at least one."),
        Value::Array(any) if any.len() > MOST_VALUES => {
            complain("maxItems", "A list of values must not have more than 100 entries.")
        }
        Value::Array(any) if any.iter().any(|value| value.is_array() || value.is_object()) => {
            complain("type", "A list of values must not hold lists or objects.")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
