//! What people wrote, made fit to stand in a line of ours.

/// Longest name that is written out, in characters.
const LONGEST_NAME: usize = 80;

/// The text as one line: no control characters, which could begin a header or a paragraph of their own, and none that
/// turn the direction of what follows.
pub(super) fn plain(text: &str) -> String {
    text.chars().filter(|c| !turns_direction(*c)).map(|c| if breaks_line(c) { ' ' } else { c }).collect()
}

/// A name that somebody chose, as one line of bounded length.
pub(super) fn name(text: &str) -> String {
    let line = plain(text.trim());
    match line.char_indices().nth(LONGEST_NAME) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// `count` of something, in words that agree with it.
pub(super) fn counted(count: u32, unit: &str) -> String {
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}

fn breaks_line(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Unicode's explicit embeddings, overrides and isolates (UAX #9 §2).
fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_long_name_is_cut_between_characters() {
        let cut = name(&"ж".repeat(500));
        assert_eq!(cut.chars().count(), LONGEST_NAME + 1);
        assert!(cut.ends_with('…'));
    }

    #[test]
    fn one_of_a_thing_is_not_many() {
        assert_eq!((counted(1, "day"), counted(7, "day")), ("1 day".to_owned(), "7 days".to_owned()));
    }

    proptest! {
        #[test]
        fn whatever_is_written_stays_on_one_line(text in "(?s).*") {
            prop_assert!(!name(&text).contains(|c| breaks_line(c) || turns_direction(c)));
        }
    }
}
