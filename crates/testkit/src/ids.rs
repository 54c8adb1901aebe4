//! Identifiers that can be foreseen.

use mainstay_kernel::Ids;
use std::sync::atomic::{AtomicU64, Ordering};
use uuid::Uuid;

/// Gives the same "random" values in each run, each of them once.
#[derive(Debug, Default)]
pub struct CountingIds(AtomicU64);

impl CountingIds {
    fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed) + 1
    }
}

impl Ids for CountingIds {
    fn fill(&self, buffer: &mut [u8]) {
        // SplitMix64: spreads a counter over all bits.
        for chunk in buffer.chunks_mut(8) {
            let mut word = self.next().wrapping_mul(0x9e37_79b9_7f4a_7c15);
            word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            let bytes = (word ^ (word >> 31)).to_le_bytes();
            chunk.copy_from_slice(&bytes[..chunk.len()]);
        }
    }

    fn uuid(&self) -> Uuid {
        Uuid::from_u64_pair(0x0190_0000_0000_7000, 0x8000_0000_0000_0000 | self.next())
    }
}
