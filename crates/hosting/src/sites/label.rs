//! The first part of a site's host.

use crate::ids::letters;
use mainstay_kernel::Ids;

/// Names that belong to whoever runs the installation.
const RESERVED: [&str; 7] = ["www", "api", "admin", "auth", "login", "mail", "mainstay"];

/// How many letters and digits tell two sites of one name apart.
const TELLING: usize = 6;
/// Longest label of a host (RFC 1035 section 2.3.4).
const LONGEST: usize = 63;

/// Which label a site gets: its name, unless somebody has that.
pub(crate) fn of(name: &str, is_taken: bool, ids: &dyn Ids) -> String {
    if !is_taken && !RESERVED.contains(&name) {
        return name.to_owned();
    }
    let kept: String = name.chars().take(LONGEST - TELLING - 1).collect();
    format!("{}-{}", kept.trim_end_matches('-'), letters(ids, TELLING))
}

/// Whether this can be a site's name, and thereby a host's label.
pub(crate) fn is_name(name: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=LONGEST).contains(&name.len()) && name.bytes().all(is_inner) && !name.starts_with('-') && !name.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use mainstay_kernel::SystemIds;

    #[test]
    fn a_name_is_a_label_of_a_host() {
        for name in ["a", "0", "my-app", &"a".repeat(63)] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "-a", "a-", "A", "a.b", "a_b", "ä", "a b", &"a".repeat(64)] {
            assert!(!is_name(name), "{name}");
        }
    }

    #[test]
    fn a_label_that_is_taken_or_reserved_is_told_apart() {
        assert_eq!(of("shop", false, &SystemIds), "shop");
        for (name, is_taken) in [("shop", true), ("api", false), (&*"a".repeat(63), true)] {
            let label = of(name, is_taken, &SystemIds);
            assert!(label != name && is_name(&label), "{label}");
        }
    }
}
