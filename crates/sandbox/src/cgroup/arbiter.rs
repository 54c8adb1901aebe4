//! Has boxes that take more than their neighbours can spare give way to them.
//!
//! A share of the processors bounds how much a box takes, not when: one that uses its share up to the end is on a
//! processor whenever somebody else wakes, who then waits for a tick of the kernel. And what a box writes is brought to the
//! disk by the kernel's own threads, which count for nobody and let nobody in between.

mod conduct;
mod group;

use super::place;
use conduct::{Conduct, Treatment};
use group::{Group, Groups};
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// How often to look at the least, and how often for newcomers where there is no box.
const INTERVAL: Duration = Duration::from_millis(200);
const NOBODY: Duration = Duration::from_secs(1);
/// The part of the time that may be spent with looking.
const PART: u32 = 50;

/// Looks at all boxes of this machine again and again. How they are treated outlives it, and is looked at by the next.
#[derive(Debug, Default)]
pub struct Arbiter {
    boxes: HashMap<String, Watched>,
}

#[derive(Debug)]
struct Watched {
    group: Group,
    conduct: Conduct,
    treated: Treatment,
}

impl Arbiter {
    /// Looks at every box, and treats it by what it did since the last time. Gives how long to wait until the next.
    pub fn look(&mut self) -> Duration {
        let begun = Instant::now();
        let found = Groups::find(&place::mounts());
        self.boxes.retain(|name, _| found.names.contains(name));
        for name in &found.names {
            if let Some(group) = (!self.boxes.contains_key(name)).then(|| found.group(name)).flatten() {
                self.boxes.insert(name.clone(), Watched::new(group));
            }
        }
        self.boxes.values_mut().for_each(Watched::look);
        if self.boxes.is_empty() { NOBODY } else { INTERVAL.max(begun.elapsed() * PART) }
    }

    /// The processes that keep boxes which are slowed down, because of how much they write.
    pub fn slowed(&self) -> impl Iterator<Item = u32> {
        self.boxes.values().filter(|watched| watched.treated == Treatment::Slowed).map(|watched| watched.group.keeper())
    }
}

impl Watched {
    fn new(group: Group) -> Self {
        Self { conduct: Conduct::new(group.allowance()), group, treated: Treatment::default() }
    }

    /// Whoever is just ending is not looked at any more.
    fn look(&mut self) {
        let Some(cpu_micros) = self.group.cpu_micros() else { return };
        let treatment = self.conduct.observe(Instant::now(), cpu_micros, || self.group.written_bytes());
        // Somebody before, or beside, may have seen it otherwise.
        let is_so = self.group.treatment().is_ok_and(|now| now == treatment);
        if is_so || self.group.treat(treatment).is_ok() {
            self.treated = treatment;
        }
    }
}
