//! How full a database is, and what follows from it.

use super::model::{DatabaseKind, HostedDatabase};
use crate::sites::Complaints;
use crate::words::words;

words! {
    /// How large a database is, compared with how large it may be.
    Fullness {
        /// There is room.
        Within = "WITHIN",
        /// Four fifths are full.
        Nearly = "NEARLY",
        /// It is larger than it may be, and is written to no longer.
        Over = "OVER",
        /// It grew on nevertheless, and takes no connections.
        Closed = "CLOSED",
    }
}

/// Bytes in a MiB.
const MIB: i64 = 1024 * 1024;
/// The least that a database may be told to keep to, in MiB: an empty one of PostgreSQL has half of it.
const LEAST_MB: u32 = 16;

impl Fullness {
    /// Whether whoever opens the database may read and delete alone.
    pub const fn refuses_writes(self) -> bool {
        matches!(self, Self::Over | Self::Closed)
    }

    /// How full it is now that it has this size, when it was this full and this large before. Only what was told to be
    /// written to no longer, and grew on, takes no connections: whoever filled it at one stroke still has a chance to make
    /// room.
    pub(super) fn after(self, before: Option<i64>, size: i64, most_mb: u32) -> Self {
        let most = i64::from(most_mb) * MIB;
        if size > most {
            let grew_on = self == Self::Closed || before.is_none_or(|before| size > before);
            let is_far_over = size > i64::from(far_over(most_mb)) * MIB;
            if self.refuses_writes() && is_far_over && grew_on { Self::Closed } else { Self::Over }
        } else if size >= most / 5 * 4 {
            Self::Nearly
        } else {
            Self::Within
        }
    }
}

/// How large a database may be, in MiB: what it says itself, as far as the installation allows that. A server of Redis keeps
/// to a size of its own.
pub(super) fn most_mb(database: &HostedDatabase, largest: u32) -> Option<u32> {
    (database.kind != DatabaseKind::Redis).then(|| database.max_size_mb.unwrap_or(largest).min(largest))
}

/// What is no longer let pass, in MiB, of a database that may be this large.
pub(super) const fn far_over(most_mb: u32) -> u32 {
    most_mb.saturating_add(most_mb / 5)
}

pub(super) fn check(kind: DatabaseKind, asked: Option<u32>, largest: u32, complaints: &mut Complaints) {
    match asked {
        Some(_) if kind == DatabaseKind::Redis => {
            let text = "maxSizeMb does not go with redis, whose server keeps to a size of its own";
            complaints.add("maxSizeMb", "prohibited", text);
        }
        Some(most) if most < LEAST_MB || most > largest => {
            complaints.add("maxSizeMb", "range", format!("maxSizeMb must be {LEAST_MB} to {largest}"));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_closed_only_when_it_grew_on_after_it_was_written_to_no_longer() {
        let at = |was: Fullness, before: i64, size: i64| was.after(Some(before * MIB), size * MIB, 100);
        assert_eq!(at(Fullness::Within, 0, 79), Fullness::Within);
        assert_eq!(at(Fullness::Within, 0, 80), Fullness::Nearly);
        assert_eq!(at(Fullness::Nearly, 80, 100), Fullness::Nearly);
        assert_eq!(at(Fullness::Within, 0, 500), Fullness::Over, "there is a chance to make room");
        assert_eq!(at(Fullness::Over, 500, 500), Fullness::Over);
        assert_eq!(at(Fullness::Over, 500, 400), Fullness::Over);
        assert_eq!(at(Fullness::Over, 110, 115), Fullness::Over);
        assert_eq!(at(Fullness::Over, 110, 121), Fullness::Closed);
        assert_eq!(at(Fullness::Closed, 121, 121), Fullness::Closed);
        assert_eq!(at(Fullness::Closed, 121, 110), Fullness::Over);
        assert_eq!(at(Fullness::Over, 110, 100), Fullness::Nearly);
        assert_eq!(at(Fullness::Closed, 121, 10), Fullness::Within);
    }
}
