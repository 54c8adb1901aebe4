//! Lists that are read by a cursor: what is added meanwhile moves nothing.

use mainstay_kernel::Timestamp;

/// Where a list goes on: behind this item. The newest come first; of two made at the same moment, the greater id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// When the item was made.
    pub at: Timestamp,
    /// What it is called.
    pub id: String,
}

/// Which part of a list is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Behind which item; from the start if none.
    pub after: Option<Cursor>,
    limit: u32,
}

impl Wanted {
    /// Items when nothing is said.
    pub const DEFAULT: u32 = 100;
    /// Most items; more is pulled down to this.
    pub const MOST: u32 = 200;

    /// So many behind an item.
    pub fn new(after: Option<Cursor>, limit: u32) -> Self {
        Self { after, limit: limit.clamp(1, Self::MOST) }
    }

    /// How many, 1 to 200.
    pub const fn limit(&self) -> u32 {
        self.limit
    }
}

impl Default for Wanted {
    fn default() -> Self {
        Self::new(None, Self::DEFAULT)
    }
}

impl Cursor {
    /// The cursor as it goes out: opaque, and good in a URL.
    pub fn write(&self) -> String {
        format!("{}_{}", self.at.micros(), self.id)
    }

    /// Reads what [`Cursor::write`] wrote.
    pub fn read(text: &str) -> Option<Self> {
        let (at, id) = text.split_once('_')?;
        let is_id = !id.is_empty() && id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let at = at.parse().ok().filter(|micros| *micros >= 0)?;
        is_id.then(|| Self { at: Timestamp::from_micros(at), id: id.to_owned() })
    }
}

/// Part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slice<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where the list goes on, if it does.
    pub next: Option<Cursor>,
}

impl<T> Slice<T> {
    /// Of one item more than was wanted, as many as were wanted, and where to go on.
    pub(crate) fn of(mut items: Vec<T>, limit: u32, cursor: impl Fn(&T) -> Cursor) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| has_more).map(cursor);
        Self { items, next }
    }

    /// The same part with every item turned into something else.
    pub fn map<U>(self, turn: impl FnMut(T) -> U) -> Slice<U> {
        Slice { items: self.items.into_iter().map(turn).collect(), next: self.next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written_and_nothing_else_is_one() {
        let cursor = Cursor { at: Timestamp::from_micros(17), id: "cabc".to_owned() };
        assert_eq!(Cursor::read(&cursor.write()), Some(cursor));
        for text in ["", "_", "17", "17_", "x_cabc", "-1_cabc", "17_c'--", "99999999999999999999_c"] {
            assert_eq!(Cursor::read(text), None, "{text}");
        }
    }
}
