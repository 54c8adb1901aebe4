//! Rules of patterns.

use super::*;
use proptest::prelude::*;

fn meets(pattern: &str, name: &str) -> bool {
    pattern.parse::<Pattern>().expect("a pattern").matches(name)
}

fn texts(patterns: &[&str]) -> Vec<String> {
    patterns.iter().map(ToString::to_string).collect()
}

#[test]
fn a_name_meets_itself_alone() {
    assert!(meets("post.created", "post.created"));
    assert!(!meets("post.created", "post.created.late"));
    assert!(!meets("post.created", "post.updated"));
}

#[test]
fn a_prefix_meets_what_is_below_it_at_any_depth() {
    assert!(meets("post.*", "post.created"));
    assert!(meets("post.*", "post.comment.created"));
    assert!(meets("post.comment.*", "post.comment.created"));
    assert!(!meets("post.comment.*", "post.created"));
    assert!(!meets("post.*", "poster.created"));
    assert!(!meets("post.*", "blog.post.created"));
}

#[test]
fn the_star_meets_everything_but_what_comes_often() {
    assert!(meets("*", "post.created"));
    for name in HIGH_VOLUME {
        let (resource, _) = name.split_once('.').expect("two words");
        assert!(!meets("*", name), "{name}");
        assert!(!meets(&format!("{resource}.*"), name), "{name}");
        assert!(meets(name, name), "{name}");
    }
    assert!(meets("link.*", "link.created"));
}

#[test]
fn what_is_neither_a_name_nor_a_wildcard_at_the_end_is_refused() {
    let below = format!("{}.*", "a".repeat(62));
    assert!(below.parse::<Pattern>().is_ok());
    for text in [
        "",
        "post",
        "**",
        "*.created",
        "post.*.created",
        "post*",
        ".*",
        "post..*",
        "Post.*",
        " *",
        &format!("a{below}"),
    ] {
        assert!(text.parse::<Pattern>().is_err(), "{text}");
    }
}

#[test]
fn an_endpoint_names_1_to_100_patterns_and_each_counts_once() {
    let patterns = Patterns::parse(&texts(&["post.*", "link.clicked", "post.*"])).expect("patterns");
    assert_eq!(patterns.to_texts(), ["post.*", "link.clicked"]);
    assert!(patterns.matches("link.clicked") && patterns.matches("post.created") && !patterns.matches("link.created"));

    let fields = |given: &[String]| {
        let wrong = Patterns::parse(given).expect_err("no patterns");
        wrong.into_iter().map(|error| (error.field, error.rule)).collect::<Vec<_>>()
    };
    assert_eq!(fields(&[]), [("events".to_owned(), "required".to_owned())]);
    let many: Vec<_> = (0..101).map(|number| format!("post.n{number}")).collect();
    assert!(Patterns::parse(&many[..100]).is_ok());
    assert_eq!(fields(&many), [("events".to_owned(), "maxItems".to_owned())]);
}

#[test]
fn each_text_that_is_no_pattern_is_told_by_its_position() {
    let wrong = Patterns::parse(&texts(&["*", "post", "post.*", ""])).expect_err("wrong patterns");
    assert_eq!(wrong.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(), ["events.1", "events.3"]);
}

proptest! {
    #[test]
    fn a_pattern_reads_back_from_its_own_text(text in "\\*|[a-z0-9_]{1,9}(\\.[a-z0-9_]{1,9}){0,4}\\.(\\*|[a-z]{1,9})") {
        let pattern = text.parse::<Pattern>().expect("a pattern");
        prop_assert_eq!(pattern.to_string(), text);
    }

    #[test]
    fn every_prefix_of_a_name_meets_it(words in prop::collection::vec("[a-z0-9_]{1,9}", 2..6), at in 1usize..5) {
        let name = words.join(".");
        prop_assume!(!HIGH_VOLUME.contains(&name.as_str()));
        let prefix = words[..at.min(words.len() - 1)].join(".");
        let (below, beside) = (format!("{prefix}.*"), format!("{prefix}x.*"));
        prop_assert!(meets(&below, &name));
        prop_assert!(!meets(&beside, &name));
        prop_assert!(meets(&name, &name) && meets("*", &name));
    }

    #[test]
    fn no_text_is_too_strange_to_be_looked_at(text: String) {
        let _ = text.parse::<Pattern>();
    }
}
