//! The same numbers by a plain scan of all that was told of.

use mainstay_kernel::Timestamp;
use mainstay_tracking::{Day, Numbers, Step};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

/// Something that happened.
#[derive(Debug, Clone)]
pub(crate) struct Happened {
    pub(crate) who: u8,
    pub(crate) at: Timestamp,
    pub(crate) name: &'static str,
    pub(crate) page: &'static str,
    pub(crate) source: &'static str,
    pub(crate) plan: Option<&'static str>,
}

/// A visit, with all that happened in it.
#[derive(Debug)]
pub(crate) struct Visit {
    who: (u8, Day),
    began: Timestamp,
    last: Timestamp,
    source: &'static str,
    hits: Vec<Happened>,
}

const PAUSE: Duration = Duration::from_mins(30);

/// Puts together what belongs together, in the order in which it was told of.
pub(crate) fn visits(all: &[Happened]) -> Vec<Visit> {
    let (mut visits, mut current): (Vec<Visit>, HashMap<(u8, Day), usize>) = (Vec::new(), HashMap::new());
    for hit in all {
        let today = (hit.who, Day::of(hit.at));
        let goes_on = |key: &(u8, Day)| {
            let visit = current.get(key).map(|index| &visits[*index]);
            visit.is_some_and(|visit| visit.began.minus(PAUSE) <= hit.at && hit.at <= visit.last.plus(PAUSE))
        };
        let yesterday = (hit.who, today.1.minus(1));
        let key = [today, yesterday].into_iter().find(goes_on);
        let index = key.map_or(visits.len(), |key| current[&key]);
        if key.is_none() {
            current.insert(today, index);
            visits.push(Visit { who: today, began: hit.at, last: hit.at, source: hit.source, hits: Vec::new() });
        }
        visits[index].last = visits[index].last.max(hit.at);
        visits[index].hits.push(hit.clone());
    }
    visits
}

impl Visit {
    pub(crate) fn day(&self) -> Day {
        Day::of(self.began)
    }

    pub(crate) fn hour(&self) -> i64 {
        self.began.seconds() / 3_600 % 24
    }

    pub(crate) const fn source(&self) -> &'static str {
        self.source
    }

    pub(crate) fn has(&self, what: impl Fn(&Happened) -> bool) -> bool {
        self.hits.iter().any(what)
    }

    fn count(&self, is: impl Fn(&str) -> bool) -> i64 {
        i64::try_from(self.hits.iter().filter(|hit| is(hit.name)).count()).expect("few")
    }
}

/// What visits come to.
pub(crate) fn numbers<'v>(visits: impl Iterator<Item = &'v Visit>) -> Numbers {
    let (mut all, mut people) = (Numbers::default(), BTreeSet::new());
    for visit in visits {
        people.insert(visit.who);
        let views = visit.count(|name| name == "pageview");
        let events = visit.count(|name| name != "pageview" && name != "web_vitals");
        let spent_us = visit.last.micros() - visit.began.micros();
        let bounces = i64::from(views + events <= 1);
        all += Numbers { visitors: 0, visits: 1, views, events, bounces, spent_us };
    }
    all.visitors = i64::try_from(people.len()).expect("few");
    all
}

/// What the values of hits come to.
pub(crate) fn by_hit<'v>(
    visits: impl Iterator<Item = &'v Visit>,
    value: impl Fn(&Happened) -> Option<&'static str>,
) -> BTreeMap<String, Numbers> {
    let mut people: BTreeMap<String, (BTreeSet<(u8, Day)>, Numbers)> = BTreeMap::new();
    for visit in visits {
        let mut seen = BTreeSet::new();
        for hit in &visit.hits {
            let Some(value) = value(hit) else { continue };
            let (who, numbers) = people.entry(value.to_owned()).or_default();
            who.insert(visit.who);
            let is_view = hit.name == "pageview";
            let visits = i64::from(seen.insert(value));
            *numbers +=
                Numbers { visits, views: i64::from(is_view), events: i64::from(!is_view), ..Numbers::default() };
        }
    }
    let total = |(who, numbers): (BTreeSet<_>, Numbers)| Numbers {
        visitors: i64::try_from(who.len()).expect("few"),
        ..numbers
    };
    people.into_iter().map(|(value, sums)| (value, total(sums))).collect()
}

/// Whether somebody who did this took a step, whose text may end with a star.
fn took(hit: &Happened, step: &Step) -> bool {
    let is_meant = |value: &str| match step.text().strip_suffix('*') {
        Some(beginning) => value.starts_with(beginning),
        None => value == step.text(),
    };
    match step {
        Step::Page(_) => hit.name != "web_vitals" && is_meant(hit.page),
        Step::Event(_) => hit.name != "pageview" && is_meant(hit.name),
    }
}

/// What visits with a step come to.
pub(crate) fn reached(visits: &[&Visit], step: &Step) -> Numbers {
    let (mut all, mut people) = (Numbers::default(), BTreeSet::new());
    for visit in visits {
        let hits: Vec<_> = visit.hits.iter().filter(|hit| took(hit, step)).collect();
        if !hits.is_empty() {
            people.insert(visit.who);
            all.visits += 1;
        }
        for hit in hits {
            let is_view = i64::from(hit.name == "pageview");
            all += Numbers { views: is_view, events: 1 - is_view, ..Numbers::default() };
        }
    }
    all.visitors = i64::try_from(people.len()).expect("few");
    all
}

/// How many visitors and visits took steps one after the other.
pub(crate) fn passed(visits: &[&Visit], steps: &[Step]) -> (i64, i64) {
    let (mut count, mut people) = (0, BTreeSet::new());
    for visit in visits {
        let mut hits = visit.hits.iter();
        if steps.iter().all(|step| hits.any(|hit| took(hit, step))) {
            count += 1;
            people.insert(visit.who);
        }
    }
    (i64::try_from(people.len()).expect("few"), count)
}
