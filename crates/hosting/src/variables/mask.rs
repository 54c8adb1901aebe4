//! Variables as they are not to be seen: hidden in what builds and programs write.

use mainstay_kernel::Secret;

/// Shorter values are no secrets, and would hide half of every line.
const SHORTEST_SECRET: usize = 4;

/// Hides values in what programs write.
pub(crate) struct Mask(Vec<String>);

impl Mask {
    /// Hides these values.
    pub(crate) fn new<'v>(values: impl Iterator<Item = &'v Secret<String>>) -> Self {
        let values = values.map(|value| value.expose().trim().to_owned());
        let mut values: Vec<_> = values.filter(|value| value.len() >= SHORTEST_SECRET).collect();
        // The longest first: another may be a part of it.
        values.sort_by_key(|value| std::cmp::Reverse(value.len()));
        Self(values)
    }

    /// The text without any of them.
    pub(crate) fn hide(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, value| text.replace(value.as_str(), "•••"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_hidden_wherever_they_are_written_but_for_those_that_are_no_secrets() {
        let values = ["hunter2", "hunter2-longer", "1", " spaced "].map(|value| Secret::new(value.to_owned()));
        let mask = Mask::new(values.iter());
        assert_eq!(mask.hide("a hunter2-longer b hunter2 c spaced 1"), "a ••• b ••• c ••• 1");
    }
}
