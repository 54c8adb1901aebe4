//! Which events an endpoint wants to hear of.

use crate::event_name::{EventName, HIGH_VOLUME, LONGEST, words};
use mainstay_kernel::FieldError;
use std::fmt;
use std::str::FromStr;

/// The most patterns of one endpoint.
const MOST: usize = 100;
const FIELD: &str = "events";

/// One or many events.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pattern(Form);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Form {
    /// `*`
    All,
    /// `post.*`, kept as `post.`.
    Below(String),
    /// `post.created`
    Exactly(EventName),
}

impl Pattern {
    /// Whether the event of this name is one of them. `post.*` is whatever begins with `post.`, at any depth. The names
    /// of [`HIGH_VOLUME`] are met by themselves alone.
    pub fn matches(&self, name: &str) -> bool {
        match &self.0 {
            Form::Exactly(exactly) => exactly.as_str() == name,
            Form::All | Form::Below(_) if HIGH_VOLUME.contains(&name) => false,
            Form::All => true,
            Form::Below(prefix) => name.starts_with(prefix.as_str()),
        }
    }
}

impl FromStr for Pattern {
    /// The sentence that says what a pattern is.
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "*" {
            return Ok(Self(Form::All));
        }
        if text.len() > LONGEST {
            return Err("A pattern has at most 64 characters.");
        }
        let wrong = "A pattern is the name of an event, such as post.created, or post.* or *.";
        if let Some(prefix) = text.strip_suffix('*') {
            let below = prefix.strip_suffix('.').and_then(words).is_some();
            return if below { Ok(Self(Form::Below(prefix.to_owned()))) } else { Err(wrong) };
        }
        text.parse().map(|name| Self(Form::Exactly(name))).map_err(|_| wrong)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Form::All => f.write_str("*"),
            Form::Below(prefix) => write!(f, "{prefix}*"),
            Form::Exactly(name) => name.fmt(f),
        }
    }
}

/// The patterns of one endpoint: 1 to 100, each once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patterns(Vec<Pattern>);

impl Patterns {
    /// From texts as they were sent in the field `events`. A pattern that is there twice is kept once.
    ///
    /// # Errors
    /// Each text that is no pattern, as `events.0`; or `events`, when there are none or more than 100.
    pub fn parse(texts: &[String]) -> Result<Self, Vec<FieldError>> {
        if texts.is_empty() {
            return Err(vec![FieldError::new(FIELD, "required", "The events field must name at least one event.")]);
        }
        if texts.len() > MOST {
            let message = format!("The events field must not have more than {MOST} entries.");
            return Err(vec![FieldError::new(FIELD, "maxItems", message)]);
        }
        let (mut patterns, mut wrong) = (Vec::with_capacity(texts.len()), Vec::new());
        for (position, text) in texts.iter().enumerate() {
            match text.parse() {
                Ok(pattern) if patterns.contains(&pattern) => {}
                Ok(pattern) => patterns.push(pattern),
                Err(why) => wrong.push(FieldError::new(format!("{FIELD}.{position}"), "format", why)),
            }
        }
        if wrong.is_empty() { Ok(Self(patterns)) } else { Err(wrong) }
    }

    /// Whether any of them meets the event of this name.
    pub fn matches(&self, name: &str) -> bool {
        self.0.iter().any(|pattern| pattern.matches(name))
    }

    /// The patterns as they were written, in the order given.
    pub fn to_texts(&self) -> Vec<String> {
        self.0.iter().map(ToString::to_string).collect()
    }
}

#[cfg(test)]
mod tests;
