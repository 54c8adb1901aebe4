//! A schema, ready to hold data against.

use crate::cost::{self, DEEPEST_DATA};
use jsonschema::error::ValidationErrorKind;
use jsonschema::{PatternOptions, ValidationError, Validator};
use mainstay_kernel::FieldError;
use serde_json::{Map, Value};
use std::sync::OnceLock;

/// Most complaints about the same data.
const MOST_TOLD: usize = 20;
/// Most characters of a complaint: it may repeat what the schema allows.
const LONGEST: usize = 300;
/// Most bytes that one compiled pattern takes.
const PATTERN_BYTES: usize = 32 * 1024;
/// Steps that are taken between two requests without being felt: about a millisecond.
const QUICK: u64 = 50_000;
/// Most steps at all: about a second.
const MOST_STEPS: u64 = 50_000_000;
/// Most steps of which each may be a complaint, with a copy of what it is about.
const MOST_LOOKED_INTO: u64 = 500_000;

/// A schema that is compiled when the first data come: most of a catalogue rest.
#[derive(Debug)]
pub struct Schema {
    text: Value,
    compiled: OnceLock<Option<Compiled>>,
}

#[derive(Debug)]
struct Compiled {
    validator: Validator,
    cost: u64,
}

impl Schema {
    /// Of a text that [`unfit`](crate::unfit) finds nothing wrong with; nothing is held against one that is unfit.
    pub const fn new(text: Value) -> Self {
        Self { text, compiled: OnceLock::new() }
    }

    /// As it was written.
    pub const fn text(&self) -> &Value {
        &self.text
    }

    /// Whether the data are checked so fast that it may be done on a thread that serves requests.
    pub fn is_quick(&self, data: &Map<String, Value>) -> bool {
        let compiled = self.compiled.get().and_then(Option::as_ref);
        compiled.is_some_and(|compiled| compiled.steps(size(data, DEEPEST_DATA)) <= QUICK)
    }

    /// What is wrong with the data, which are called `field`.
    pub fn complaints(&self, data: &Map<String, Value>, field: &str) -> Vec<FieldError> {
        let Some(compiled) = self.compiled.get_or_init(|| self.compiled()) else { return Vec::new() };
        let steps = compiled.steps(size(data, DEEPEST_DATA));
        let told = |rule: &str, text: &str| vec![FieldError::new(field, rule, text)];
        if steps > MOST_STEPS {
            return told("size", "The data are too large or too deep to be held against their schema.");
        }
        let data = Value::Object(data.clone());
        if compiled.validator.is_valid(&data) {
            return Vec::new();
        }
        if steps > MOST_LOOKED_INTO {
            return told("schema", "The data do not fit their schema.");
        }
        compiled.validator.iter_errors(&data).take(MOST_TOLD).map(|error| complaint(&error, field)).collect()
    }

    fn compiled(&self) -> Option<Compiled> {
        let compiled = cost::of(&self.text).and_then(|cost| Ok(Compiled { validator: compile(&self.text)?, cost }));
        // Whoever keeps schemas looked at this one before. That work goes on matters more than that it is checked.
        compiled.ok()
    }
}

/// Schemas are equal that were written the same.
impl PartialEq for Schema {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Compiled {
    fn steps(&self, size: Option<u64>) -> u64 {
        size.map_or(u64::MAX, |size| self.cost.saturating_mul(size))
    }
}

/// A schema as a program. It fetches nothing, and its patterns take linear time. Formats are remarks, as draft 2020-12
/// has it (Validation, section 7.2.1).
///
/// # Errors
/// What is wrong with it, in a sentence.
pub(crate) fn compile(schema: &Value) -> Result<Validator, String> {
    let mut schema = schema.clone();
    if let Some(members) = schema.as_object_mut() {
        // Whatever it calls itself, it refers to itself alone.
        members.remove("$id");
    }
    let patterns = PatternOptions::regex().size_limit(PATTERN_BYTES).dfa_size_limit(PATTERN_BYTES);
    let options = jsonschema::options().offline().should_validate_formats(false).with_pattern_options(patterns);
    options.build(&schema).map_err(|cause| {
        let place = dotted("schema", cause.instance_path().as_str());
        sentence(&format!("{place}: {}", cause.masked()))
    })
}

/// What data are to one who checks them: their values and a part of their texts; none when they are nested too deep.
fn size(data: &Map<String, Value>, levels: usize) -> Option<u64> {
    data.iter().try_fold(1, |sum, (key, value)| Some(sum + text_size(key) + size_of(value, levels.checked_sub(1)?)?))
}

fn size_of(value: &Value, levels: usize) -> Option<u64> {
    match value {
        Value::String(text) => Some(1 + text_size(text)),
        Value::Array(items) => items.iter().try_fold(1, |sum, item| Some(sum + size_of(item, levels.checked_sub(1)?)?)),
        Value::Object(members) => size(members, levels),
        Value::Null | Value::Bool(_) | Value::Number(_) => Some(1),
    }
}

fn text_size(text: &str) -> u64 {
    u64::try_from(text.len() / 16).unwrap_or(u64::MAX)
}

fn complaint(error: &ValidationError<'_>, field: &str) -> FieldError {
    let mut place = dotted(field, error.instance_path().as_str());
    if let ValidationErrorKind::Required { property: Value::String(missing) } = error.kind() {
        place = format!("{place}.{missing}");
    }
    FieldError::new(place, error.kind().keyword(), sentence(&error.masked().to_string()))
}

/// A JSON pointer (RFC 6901) below a field, with dots between its parts.
fn dotted(field: &str, pointer: &str) -> String {
    let part = |part: &str| part.replace("~1", "/").replace("~0", "~");
    pointer.split('/').skip(1).fold(field.to_owned(), |place, next| format!("{place}.{}", part(next)))
}

/// With a capital and a full stop, cut where it becomes long.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    let mut sentence: String = first.chain(letters.by_ref()).take(LONGEST).collect();
    sentence.push(if text.chars().count() > LONGEST { '…' } else { '.' });
    sentence
}
