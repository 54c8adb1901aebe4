//! Which paths a site watches: patterns as `.gitignore` has them (gitignore(5)), but for what is to be looked at.

use globset::{Glob, GlobBuilder, GlobMatcher};

/// One pattern.
struct Pattern {
    is_exception: bool,
    /// Matches a path, or a folder that it is in.
    globs: Vec<GlobMatcher>,
}

/// Whether a push that touches these paths touches any that is watched. Of the patterns that match a path the last one
/// counts; where all are exceptions, everything else is watched.
pub(super) fn touches(patterns: &[String], paths: &[String]) -> bool {
    let patterns: Vec<_> = patterns.iter().map(|text| Pattern::read(text)).collect();
    let usual = patterns.iter().all(|pattern| pattern.is_exception);
    let is_watched = |path: &str| {
        let path = path.trim_start_matches('/');
        let last = patterns.iter().rev().find(|pattern| pattern.globs.iter().any(|glob| glob.is_match(path)));
        last.map_or(usual, |pattern| !pattern.is_exception)
    };
    paths.iter().any(|path| is_watched(path))
}

impl Pattern {
    fn read(text: &str) -> Self {
        let (is_exception, text) = text.strip_prefix('!').map_or((false, text), |rest| (true, rest));
        let (is_folder, bare) = (text.ends_with('/'), text.trim_end_matches('/'));
        // With a slash in it, it begins at the repository; without, it may be anywhere.
        let begins = bare.contains('/');
        let parts: Vec<_> = bare.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
        let from_root = plain(parts.join("/"));
        let whole = if begins { from_root } else { format!("**/{from_root}") };
        let below = glob(&format!("{whole}/**"));
        let itself = (!is_folder).then(|| glob(&whole));
        Self { is_exception, globs: itself.into_iter().chain([below]).collect() }
    }
}

/// What is no pattern stands for itself.
fn plain(text: String) -> String {
    if Glob::new(&text).is_ok() { text } else { globset::escape(&text) }
}

/// Where `*` stays within a folder.
fn glob(text: &str) -> GlobMatcher {
    let built = GlobBuilder::new(text).literal_separator(true).build();
    built.as_ref().map_or_else(|_| never(), Glob::compile_matcher)
}

/// Matches nothing that a repository can hold.
fn never() -> GlobMatcher {
    Glob::new("/").expect("a pattern").compile_matcher()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn watched(patterns: &[&str], path: &str) -> bool {
        let patterns: Vec<_> = patterns.iter().map(|text| (*text).to_owned()).collect();
        touches(&patterns, &[path.to_owned()])
    }

    #[test]
    fn a_plain_folder_is_watched_with_all_that_is_in_it() {
        for pattern in ["web", "web/", "/web", "/web/", "./web"] {
            assert!(watched(&[pattern], "web/a/b.js"), "{pattern}");
            assert!(!watched(&[pattern], "website/a.js"), "{pattern}");
        }
        assert!(watched(&["apps/web"], "apps/web/a.js") && !watched(&["apps/web"], "other/apps/web/a.js"));
    }

    #[test]
    fn a_slash_ties_a_pattern_to_the_repository() {
        assert!(watched(&["web"], "apps/web/a.js") && !watched(&["/web"], "apps/web/a.js"));
        assert!(
            watched(&["package.json"], "deep/er/package.json") && !watched(&["/package.json"], "deep/package.json")
        );
        assert!(watched(&["web/"], "web/a") && !watched(&["web/"], "web"), "a file is no folder");
    }

    #[test]
    fn one_star_stays_in_a_folder_and_two_go_on() {
        assert!(watched(&["*.md"], "a.md") && watched(&["*.md"], "docs/a.md"));
        assert!(watched(&["/docs/*.md"], "docs/a.md") && !watched(&["/docs/*.md"], "docs/deep/a.md"));
        assert!(watched(&["docs/**/*.md"], "docs/deep/er/a.md") && watched(&["docs/**/*.md"], "docs/a.md"));
        assert!(watched(&["src/**"], "src/a/b.rs") && !watched(&["src/**"], "lib/a.rs"));
        assert!(watched(&["**"], "anything/at/all"));
    }

    #[test]
    fn exceptions_count_in_their_order() {
        assert!(watched(&["web", "!web/docs"], "web/a.js") && !watched(&["web", "!web/docs"], "web/docs/a.md"));
        assert!(watched(&["web", "!web/docs", "web/docs/api"], "web/docs/api/a.md"));
        assert!(watched(&["!*.md"], "a.js") && !watched(&["!*.md"], "a.md"), "all but these");
    }

    #[test]
    fn one_path_that_is_watched_is_enough_and_none_touches_nothing() {
        let paths = ["docs/a.md", "web/a.js"].map(str::to_owned);
        assert!(touches(&["web".to_owned()], &paths) && !touches(&["api".to_owned()], &paths));
        assert!(!touches(&["web".to_owned()], &[]));
    }

    #[test]
    fn what_is_no_pattern_stands_for_itself() {
        assert!(watched(&["app/[slug"], "app/[slug/page.tsx") && !watched(&["app/[slug"], "app/s"));
        assert!(watched(&["a{b"], "a{b") && !watched(&["a{b"], "ab"));
    }

    proptest! {
        #[test]
        fn no_pattern_and_no_path_is_too_odd(pattern in ".{0,80}", path in ".{0,80}") {
            let _ = watched(&[&pattern], &path);
        }
    }
}
