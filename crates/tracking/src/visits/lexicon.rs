//! Words by their numbers.

use crate::dimension::value_word;
use crate::domains::DomainId;
use crate::intake::{BotReason, Hit, PAGEVIEW};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// What stands for a word that was not said.
pub(crate) const NOTHING: i64 = 0;

/// Longest value of a property that is counted by, in characters.
const LONGEST_VALUE: usize = 255;

/// The title of a page is no property that its views differ in.
const TITLE: &str = "title";

/// The numbers of words, of each domain its own.
#[derive(Debug, Default)]
pub(crate) struct Lexicon(HashMap<DomainId, HashMap<String, i64>>);

impl Lexicon {
    /// The words that hits say and that are not known yet.
    pub(crate) fn unknown(&self, hits: &[Hit]) -> Vec<(DomainId, String)> {
        let mut unknown: HashMap<DomainId, HashSet<String>> = HashMap::new();
        for hit in hits {
            let own = self.0.get(&hit.domain);
            let mut say = |word: Cow<'_, str>| {
                if !word.is_empty() && !own.is_some_and(|own| own.contains_key(&*word)) {
                    unknown.entry(hit.domain).or_default().insert(word.into_owned());
                }
            };
            words_of(hit, &mut say);
        }
        let of_domain =
            |(domain, words): (DomainId, HashSet<String>)| words.into_iter().map(move |word| (domain, word));
        let mut all: Vec<_> = unknown.into_iter().flat_map(of_domain).collect();
        // Two nodes that add the same words never wait for each other.
        all.sort_unstable();
        all
    }

    /// Learns a word.
    pub(crate) fn learn(&mut self, domain: DomainId, word: String, number: i64) {
        self.0.entry(domain).or_default().insert(word, number);
    }

    /// The number of a word.
    pub(crate) fn number(&self, domain: DomainId, word: &str) -> i64 {
        if word.is_empty() {
            return NOTHING;
        }
        self.0.get(&domain).and_then(|own| own.get(word)).copied().unwrap_or(NOTHING)
    }

    /// How many words it has.
    pub(crate) fn len(&self) -> usize {
        self.0.values().map(HashMap::len).sum()
    }
}

/// Every word of a hit.
fn words_of<'h>(hit: &'h Hit, say: &mut impl FnMut(Cow<'h, str>)) {
    if let Some(bot) = &hit.bot {
        say(bot.reason.name().into());
        say(bot.name.as_str().into());
        return;
    }
    say(hit.name.as_str().into());
    for word in hit.of_visit() {
        say(word.into());
    }
    // A hit may turn out to be too fast for a person.
    say(BotReason::Rate.name().into());
    for (name, value) in properties_of(hit) {
        say(value_word(name, &value).into());
        say(name.into());
    }
}

/// The properties that hits are counted by: single values, as text.
pub(crate) fn properties_of(hit: &Hit) -> impl Iterator<Item = (&str, String)> {
    let members = hit.properties.as_ref().and_then(Value::as_object).into_iter().flatten();
    let is_view = hit.name == PAGEVIEW;
    members.filter(move |(name, _)| !(is_view && *name == TITLE)).filter_map(|(name, value)| {
        let text = match value {
            Value::String(text) => text.chars().filter(|letter| !letter.is_control()).take(LONGEST_VALUE).collect(),
            Value::Bool(_) | Value::Number(_) => value.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) => return None,
        };
        Some((name.as_str(), text))
    })
}
