//! Moments and choices that nobody foresaw.

use std::cell::Cell;
use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

/// Draws numbers by `SplitMix64`, from a seed that is printed, so that a failed test tells which draws it had.
pub(crate) struct Dice(Cell<u64>);

impl Dice {
    /// Fresh ones.
    pub(crate) fn new() -> Self {
        let seed = RandomState::new().hash_one(std::process::id());
        eprintln!("the dice have the seed {seed}");
        Self(Cell::new(seed))
    }

    /// A number below this one.
    pub(crate) fn below(&self, end: u64) -> u64 {
        let state = self.0.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
        self.0.set(state);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    /// A time shorter than this many milliseconds, to the microsecond.
    pub(crate) fn moment_within(&self, milliseconds: u64) -> Duration {
        Duration::from_micros(self.below(milliseconds * 1_000))
    }
}

/// How often to try one's luck: as the variable `MAINSTAY_TEST_<name>` says, or else so often.
pub(crate) fn rounds(name: &str, otherwise: usize) -> usize {
    let variable = format!("MAINSTAY_TEST_{name}");
    std::env::var(&variable).map_or(otherwise, |text| text.parse().unwrap_or_else(|_| panic!("{variable} is a number")))
}
