//! In which order the parts of a name stand.

/// Which part of a name comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameOrder {
    /// Given names, then surname.
    Western,
    /// Surname, then given names.
    Eastern,
}

impl NameOrder {
    /// The order as the API writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Western => "western",
            Self::Eastern => "eastern",
        }
    }

    /// Reads `western` or `eastern`.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Western, Self::Eastern].into_iter().find(|order| order.as_str() == text)
    }
}

/// The name as it is shown; western order when none is preferred, and none when both parts are missing.
pub(super) fn formatted(given: Option<&str>, surname: Option<&str>, order: Option<NameOrder>) -> Option<String> {
    let (first, second) = match order {
        Some(NameOrder::Eastern) => (surname, given),
        Some(NameOrder::Western) | None => (given, surname),
    };
    let parts: Vec<_> = first.into_iter().chain(second).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preferred_order_decides_and_a_missing_part_leaves_no_gap() {
        let name = |given, surname, order| formatted(given, surname, order);
        assert_eq!(name(Some("Ada"), Some("Lovelace"), None).as_deref(), Some("Ada Lovelace"));
        assert_eq!(name(Some("Ada"), Some("Lovelace"), Some(NameOrder::Eastern)).as_deref(), Some("Lovelace Ada"));
        assert_eq!(name(None, Some("Lovelace"), Some(NameOrder::Western)).as_deref(), Some("Lovelace"));
        assert_eq!(name(None, None, Some(NameOrder::Western)), None);
    }

    #[test]
    fn an_order_is_read_as_it_is_written() {
        for order in [NameOrder::Western, NameOrder::Eastern] {
            assert_eq!(NameOrder::parse(order.as_str()), Some(order));
        }
        assert_eq!(NameOrder::parse("Western"), None);
    }
}
