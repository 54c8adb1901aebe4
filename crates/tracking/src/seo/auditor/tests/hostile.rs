//! Pages that want to do harm.

use super::{found, kinds};
use crate::seo::auditor::reader;
use proptest::prelude::*;
use std::time::{Duration, Instant};

/// Half of what is ever read of a page, since nothing is fast here.
const MOST: usize = 1024 * 1024;

fn filled(with: &str) -> String {
    with.repeat(MOST / with.len())
}

#[test]
fn a_page_that_nests_without_end_is_read_like_another() {
    for piece in
        ["<div>", "<b><i>", "<a href=x><h1>", "<svg><title>", "<template>", "<table><td>", "<title>", "<!--", "&amp;"]
    {
        let begun = Instant::now();
        let _ = reader::read(&filled(piece));
        assert!(begun.elapsed() < Duration::from_secs(30), "{piece}");
    }
}

#[test]
fn a_tag_with_attributes_without_end_is_given_up() {
    let names: Vec<String> = (0..MOST / 8).map(|n| format!(" a{n:x}")).collect();
    let begun = Instant::now();
    let _ = reader::read(&format!("<img{}>", names.concat()));
    assert!(begun.elapsed() < Duration::from_secs(30));
}

#[test]
fn what_is_kept_of_a_page_is_bounded() {
    let all =
        "<a href=x><h1><img src=x><script type=application/ld+json>x</script><link rel=canonical href=x></h1></a>";
    let document = reader::read(&filled(all)).expect("it is read");
    for count in [
        document.links.len(),
        document.headings.len(),
        document.images.len(),
        document.structured.len(),
        document.canonicals.len(),
    ] {
        assert!(count <= 2_000, "{count}");
    }
    let text =
        reader::read(&format!("<title>{}</title><h1>{}", "x".repeat(MOST / 2), "ü".repeat(MOST / 4))).expect("read");
    assert!(text.titles[0].len() <= 2_048 && text.headings[0].text.len() <= 2_048);
    assert!(found(&filled(all)).len() <= 1_000);
}

#[test]
fn structured_data_that_nests_without_end_is_not_valid() {
    let html = format!("<script type=application/ld+json>{}</script>", "[".repeat(100_000));
    assert!(kinds(&found(&html)).contains(&"structured_data_invalid"));
}

proptest! {
    #[test]
    fn no_page_makes_it_panic(
        html in "(</?(html|title|a|h[1-9]|img|svg|script|template|meta|link|base|p)( [a-z]{1,4}=?[\"']?(nofollow|http://x|[a-zü&;/:]{0,4})[\"']?){0,3}/?>|<!?-?-?|&#?x?[a-z0-9]{0,6};?|.{0,6}|\u{0}){0,30}"
    ) {
        let first = found(&html);
        prop_assert_eq!(found(&html), first, "and the same page gets the same");
    }

    #[test]
    fn any_bytes_are_a_page(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = found(&String::from_utf8_lossy(&bytes));
    }
}
