//! Instants in lines.

use mainstay_kernel::Timestamp;
use std::cell::RefCell;
use std::fmt::{self, Write};

thread_local! {
    /// The second that this thread last wrote, and its text.
    static SECOND: RefCell<Option<(i64, String)>> = const { RefCell::new(None) };
}

/// Writes an instant as `Timestamp` shows it, to the microsecond. Many lines fall into a second, so the text of it is put
/// together once.
pub(super) fn write(line: &mut impl Write, instant: Timestamp) -> fmt::Result {
    let second = instant.seconds();
    SECOND.with_borrow_mut(|known| {
        let text = match known.take() {
            Some((same, text)) if same == second => text,
            _ => instant.to_iso_seconds(),
        };
        let (_, text) = known.insert((second, text));
        line.write_str(text.trim_end_matches('Z'))?;
        write!(line, ".{:06}Z", instant.micros() % 1_000_000)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn instants_are_written_as_they_are_shown_in_whatever_order_they_come(
            micros in prop::collection::vec(prop_oneof![0..3_000_000_i64, 0..253_402_300_800_000_000_i64], 1..20),
        ) {
            for instant in micros.into_iter().map(Timestamp::from_micros) {
                let mut line = String::new();
                write(&mut line, instant).expect("memory");
                prop_assert_eq!(line, instant.to_string());
            }
        }
    }
}
