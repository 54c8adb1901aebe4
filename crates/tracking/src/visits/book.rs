//! Hits, one after the other, as what they change: visits, visitors and cells. All of it in memory.

use super::counted::Counted;
use super::lexicon::{Lexicon, NOTHING, properties_of};
use super::open_visit::{OpenVisit, Pace, Visitor, VisitorKey};
use super::reached::{Reached, Target};
use crate::day::{Day, hour_of};
use crate::dimension::{Dimension, value_word};
use crate::domains::DomainId;
use crate::intake::{BotReason, Hit, PAGEVIEW, WEB_VITALS};
use crate::numbers::Numbers;
use mainstay_kernel::Timestamp;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// The numbers of a day, a dimension and a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Cell {
    pub(crate) domain: DomainId,
    pub(crate) dimension: Dimension,
    pub(crate) day: Day,
    pub(crate) word: i64,
}

/// A hit of a visit, as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct KeptHit {
    pub(crate) visit: i64,
    pub(crate) number: i32,
    pub(crate) at: Timestamp,
    pub(crate) name: i64,
    pub(crate) page: i64,
    pub(crate) properties: Option<Value>,
    /// Its properties that have a single value, and those values.
    pub(crate) values: Vec<(i64, i64)>,
}

/// What is known before, and what hits change of it.
#[derive(Default)]
pub(crate) struct Book {
    pub(crate) lexicon: Lexicon,
    /// The visitors who were there before, and those who came.
    pub(crate) visitors: HashMap<VisitorKey, Visitor>,
    /// The last number that a visit was given.
    pub(crate) last_visit: i64,
    /// The visitors whose visits are new, or changed.
    pub(crate) begun: BTreeMap<i64, VisitorKey>,
    pub(crate) changed: BTreeMap<i64, VisitorKey>,
    /// The visitors who changed in any way.
    pub(crate) seen: BTreeSet<VisitorKey>,
    /// Visits that were new or changed, and are over, since the same visitor began another.
    pub(crate) over: Vec<Over>,
    pub(crate) hits: Vec<KeptHit>,
    pub(crate) cells: HashMap<Cell, Numbers>,
    /// The goals of each domain.
    pub(crate) targets: HashMap<DomainId, Vec<Arc<Target>>>,
    pub(crate) reached: Vec<Reached>,
}

/// A visit that is over.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Over {
    pub(crate) key: VisitorKey,
    pub(crate) visit: OpenVisit,
    pub(crate) is_new: bool,
}

/// Where a number belongs.
#[derive(Clone, Copy)]
struct Place {
    domain: DomainId,
    day: Day,
}

impl Book {
    /// Takes a hit down.
    pub(crate) fn take(&mut self, hit: Hit) {
        if let Some(bot) = &hit.bot {
            let (reason, name) = (bot.reason, bot.name.clone());
            return self.take_bot(&hit, reason, &name);
        }
        let (key, is_going_on) = self.whose(&hit);
        if let Some(visitor) = self.visitors.get_mut(&key) {
            self.seen.insert(key);
            if !visitor.pace.step(hit.at) {
                return self.take_bot(&hit, BotReason::Rate, "");
            }
        }
        if !is_going_on {
            self.begin(key, &hit);
        }
        self.go_on(key, hit);
    }

    /// Nobody was there.
    fn take_bot(&mut self, hit: &Hit, reason: BotReason, name: &str) {
        let place = Place { domain: hit.domain, day: Day::of(hit.at) };
        let one = Numbers { events: 1, ..Numbers::default() };
        let reason = self.lexicon.number(hit.domain, reason.name());
        let name = self.lexicon.number(hit.domain, name);
        add(&mut self.cells, place, Dimension::BotReason, reason, one);
        if name != NOTHING {
            add(&mut self.cells, place, Dimension::BotAgent, name, one);
        }
    }

    /// Whose hit it is, and whether it belongs to the visit that they are at. Whoever came before midnight and is still
    /// there is called what they were called then.
    fn whose(&self, hit: &Hit) -> (VisitorKey, bool) {
        let goes_on = |key: &VisitorKey| self.visitors.get(key).is_some_and(|visitor| visitor.visit.takes(hit.at));
        let today = (hit.domain, hit.visitor.today);
        if goes_on(&today) {
            return (today, true);
        }
        match hit.visitor.yesterday.map(|id| (hit.domain, id)).filter(goes_on) {
            Some(yesterday) => (yesterday, true),
            None => (today, false),
        }
    }

    /// A visit begins.
    fn begin(&mut self, key: VisitorKey, hit: &Hit) {
        self.last_visit += 1;
        let visit = OpenVisit::begin(self.last_visit, hit, &self.lexicon);
        let day = Day::of(hit.at);
        if let Some(visitor) = self.visitors.get_mut(&key) {
            let before = std::mem::replace(&mut visitor.visit, visit);
            let is_new = self.begun.remove(&before.id).is_some();
            if is_new || self.changed.remove(&before.id).is_some() {
                self.over.push(Over { key, visit: before, is_new });
            }
            visitor.day = day;
            visitor.counted.begin_visit();
        } else {
            let mut pace = Pace::new(hit.at);
            pace.step(hit.at);
            self.visitors.insert(key, Visitor { visit, day, pace, counted: Counted::default() });
        }
        self.begun.insert(visit.id, key);
        self.seen.insert(key);
        self.count_visit(key);
    }

    /// Counts a visit that begins under all that belongs to it from the beginning.
    fn count_visit(&mut self, key: VisitorKey) {
        let Some(visitor) = self.visitors.get_mut(&key) else { return };
        let place = Place { domain: key.0, day: visitor.day };
        for (dimension, word) in whole(&visitor.visit) {
            let visitors = i64::from(visitor.counted.on_day(dimension, word));
            // Every visit begins as a bounce: of nothing, and then of one hit.
            let numbers = Numbers { visitors, visits: 1, bounces: 1, ..Numbers::default() };
            add(&mut self.cells, place, dimension, word, numbers);
        }
    }

    /// A visit goes on with a hit.
    fn go_on(&mut self, key: VisitorKey, hit: Hit) {
        let Some(visitor) = self.visitors.get_mut(&key) else { return };
        let (is_view, is_passive) = (hit.name == PAGEVIEW, hit.name == WEB_VITALS);
        let (place, before) = (Place { domain: key.0, day: visitor.day }, visitor.visit);
        let page = self.lexicon.number(hit.domain, &hit.page);
        let visit = &mut visitor.visit;
        visit.hits += 1;
        visit.views += i32::from(is_view);
        visit.events += i32::from(!is_view && !is_passive);
        visit.last_at = visit.last_at.max(hit.at);
        if is_view {
            visit.exit_page = page;
        }
        let step = Numbers {
            views: i64::from(visit.views - before.views),
            events: i64::from(visit.events - before.events),
            bounces: i64::from(visit.is_bounce()) - i64::from(before.is_bounce()),
            spent_us: visit.last_at.micros() - before.last_at.micros(),
            ..Numbers::default()
        };
        for (dimension, word) in whole(visit) {
            add(&mut self.cells, place, dimension, word, step);
        }
        let own = Numbers { views: step.views, events: i64::from(!is_view), ..Numbers::default() };
        let mut count = |dimension, word| {
            let visitors = i64::from(visitor.counted.on_day(dimension, word));
            let visits = i64::from(visitor.counted.at_visit(dimension, word));
            add(&mut self.cells, place, dimension, word, Numbers { visitors, visits, ..own });
        };
        if !is_passive {
            count(Dimension::Page, page);
        }
        let name = self.lexicon.number(hit.domain, &hit.name);
        if !is_view {
            count(Dimension::Event, name);
        }
        let number_of = |word: &str| self.lexicon.number(hit.domain, word);
        let values = properties_of(&hit)
            .map(|(property, value)| (number_of(property), number_of(&value_word(property, &value))));
        let values: Vec<_> = values.collect();
        for (property, value) in &values {
            count(Dimension::Property, *property);
            count(Dimension::Value, *value);
        }
        for target in self.targets.get(&hit.domain).into_iter().flatten() {
            if target.step.is(&hit.name, &hit.page) && visitor.counted.at_visit(Dimension::Goal, target.id) {
                self.reached.push(Reached::by(&hit, target));
            }
        }
        let (visit, number) = (visitor.visit.id, visitor.visit.hits);
        if !self.begun.contains_key(&visit) {
            self.changed.insert(visit, key);
        }
        self.hits.push(KeptHit { visit, number, at: hit.at, name, page, properties: hit.properties, values });
    }
}

/// What a visit belongs to as a whole.
fn whole(visit: &OpenVisit) -> impl Iterator<Item = (Dimension, i64)> {
    let of_visit = Dimension::OF_VISIT.into_iter().zip(visit.words);
    [(Dimension::All, NOTHING), (Dimension::Hour, hour_of(visit.started_at))].into_iter().chain(of_visit)
}

fn add(cells: &mut HashMap<Cell, Numbers>, place: Place, dimension: Dimension, word: i64, numbers: Numbers) {
    let cell = Cell { domain: place.domain, dimension, day: place.day, word };
    *cells.entry(cell).or_default() += numbers;
}
