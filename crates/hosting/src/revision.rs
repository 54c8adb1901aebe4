//! Which state of a repository is meant: a branch or tag, or a commit.

/// Whether git takes this as the name of a branch or tag, and as nothing else (git-check-ref-format(1)).
pub(crate) fn is_branch(name: &str) -> bool {
    let has_length = (1..=250).contains(&name.len());
    let is_plain = |letter: char| !letter.is_control() && !" ~^:?*[\\".contains(letter);
    let is_component = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && !std::path::Path::new(part).extension().is_some_and(|end| end.eq_ignore_ascii_case("lock"))
    };
    has_length
        && name.chars().all(is_plain)
        && name.split('/').all(is_component)
        && !name.starts_with('-')
        && !name.ends_with('.')
        && !name.contains("..")
        && !name.contains("@{")
        && name != "@"
}

/// Whether this names a commit: 40 hexadecimal digits.
pub(crate) fn is_commit(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branches_are_named_as_git_has_it_and_never_read_as_options() {
        for name in ["main", "feature/login", "v1.2.3", "release-1.x", "ünï"] {
            assert!(is_branch(name), "{name}");
        }
        let refused = [
            "",
            "-x",
            "--upload-pack=id",
            "a..b",
            "a b",
            "a~1",
            "a^",
            "a:b",
            "a?",
            "a*",
            "a[",
            "a\\b",
            "a@{1}",
            "@",
            "/a",
            "a/",
            "a//b",
            ".a",
            "a/.b",
            "a.lock",
            "a.",
            "a\n",
        ];
        for name in refused {
            assert!(!is_branch(name), "{name:?}");
        }
    }

    #[test]
    fn a_commit_is_forty_hexadecimal_digits() {
        assert!(is_commit(&"a1".repeat(20)));
        assert!(!is_commit(&"a1".repeat(19)) && !is_commit(&"g1".repeat(20)) && !is_commit(&"A1".repeat(20)));
    }
}
