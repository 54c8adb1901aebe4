//! Each check of what stands in a page: the good page has nothing, and each mistake alone is found alone.

use super::fixtures::{GOOD, with};
use super::{found, kinds};

#[test]
fn a_good_page_has_no_issues() {
    assert_eq!(found(GOOD), []);
}

/// What is in the good page, what is there instead, and what is found then.
const MISTAKES: &[(&str, &str, &[&str])] = &[
    ("<title>How to bake bread at home</title>", "", &["title_missing"]),
    ("How to bake bread at home</title>", " \n </title>", &["title_missing"]),
    ("How to bake bread at home</title>", "Bread</title>", &["title_short"]),
    (
        "at home</title>",
        "at home, in the yard, in the woods and wherever else there is a fire</title>",
        &["title_long"],
    ),
    ("<meta charset", "<title>Another title of it</title><meta charset", &["title_multiple"]),
    ("name=\"description\"", "name=\"other\"", &["description_missing"]),
    ("Flour, water, salt and time: how", "How", &["description_short"]),
    (
        "Flour, water",
        "Flour, more flour, even more flour, and then again some flour, and after that still more flour, water",
        &["description_long"],
    ),
    ("<meta charset", "<meta name=Description content=x><meta charset", &["description_short", "description_multiple"]),
    ("<h1>How to bake bread</h1>", "<h2>How to bake bread</h2>", &["h1_missing"]),
    ("<h2>The oven</h2>", "<h1>The oven</h1><h2>It</h2>", &["h1_multiple"]),
    ("<h2>The oven</h2>", "<h2><b> </b></h2>", &["heading_empty"]),
    ("<h2>The oven</h2>", "", &["heading_skipped"]),
    ("<link rel=\"canonical\" href=\"https://example.com/page\">", "", &["canonical_missing"]),
    (
        "<link rel=\"stylesheet\"",
        "<link rel=canonical href=https://example.com/page><link rel=\"stylesheet\"",
        &["canonical_multiple"],
    ),
    ("href=\"https://example.com/page\"", "href=\"/page\"", &["canonical_relative"]),
    ("href=\"https://example.com/page\"", "href=\"https://example.com/other\"", &["canonical_elsewhere"]),
    ("<meta charset", "<meta name=robots content='follow, NoIndex'><meta charset", &["noindex"]),
    ("<meta charset", "<meta name=googlebot content=none><meta charset", &["noindex"]),
    (" alt=\"An oven\"", "", &["missing_alt"]),
    (">flour</a>", "><i></i></a>", &["link_empty"]),
    (" alt=\"Home\"", "", &["missing_alt", "link_empty"]),
    ("href=\"/flour\"", "href=\"http://example.com/flour\"", &["link_insecure"]),
    ("href=\"/flour\"", "href=\"/flour\" rel=\"x nofollow\"", &["link_nofollow"]),
    (" lang=\"en\"", "", &["lang_missing"]),
    ("name=\"viewport\"", "name=\"port\"", &["viewport_missing"]),
    ("property=\"og:type\"", "property=\"og:kind\"", &["open_graph_missing"]),
    ("\"@type\": \"Article\", ", "", &["structured_data_untyped"]),
    ("\"@context\": \"https://schema.org\", ", "", &["structured_data_no_context"]),
    ("\"headline\": \"Bread\"}", "\"headline\": ", &["structured_data_invalid"]),
    ("{\"@context\"", "7 //{\"@context\"", &["structured_data_invalid"]),
    ("src=\"/oven.jpg\"", "src=\"http://example.com/oven.jpg\"", &["mixed_content"]),
    ("href=\"/style.css\"", "href=\"http://example.com/style.css\"", &["mixed_content"]),
];

#[test]
fn each_mistake_is_found_and_nothing_else() {
    for (text, instead, due) in MISTAKES {
        assert_eq!(kinds(&found(&with(text, instead))), *due, "{text} became {instead}");
    }
}

#[test]
fn what_only_looks_like_a_mistake_is_none() {
    for (text, instead) in [
        (" alt=\"An oven\"", " role=presentation"),
        (" alt=\"An oven\"", " aria-label='An oven'"),
        (">flour</a>", " aria-label=Flour></a>"),
        ("<h2>The oven</h2>", "<h2><img src=/h.png alt='The oven'></h2>"),
        ("<a href=\"/\">", "<a name=top></a><a href=\"mailto:x@example.com\"></a><a href=\"/\">"),
        ("{\"@context\"", "[{\"@context\": \"x\", \"@graph\": [{\"@type\": \"A\"}]}, {\"@context\""),
    ] {
        let html = with(text, instead)
            .replace("\"Bread\"}", if instead.starts_with('[') { "\"Bread\"}]" } else { "\"Bread\"}" });
        assert_eq!(found(&html), [], "{text} became {instead}");
    }
}

#[test]
fn a_finding_says_where_it_is() {
    let places = |text, instead| found(&with(text, instead)).into_iter().map(|found| found.element).collect::<Vec<_>>();
    assert_eq!(places(" alt=\"An oven\"", ""), ["img[src=\"/oven.jpg\"]"]);
    assert_eq!(places(" alt=\"An oven\"", " id=oven"), ["img#oven"]);
    assert_eq!(places("How to bake bread at home</title>", "Bread</title>"), ["Bread"]);
    let long = places("\"headline\": \"Bread\"}", &format!("\"{}\"", "x".repeat(1_000)));
    assert_eq!(long[0].chars().count(), 200);
}

#[test]
fn one_mistake_many_times_does_not_drown_the_others() {
    let html = with("<h2>The oven</h2>", &format!("<h2>The oven</h2>{}", "<img src=a.png>".repeat(500)));
    let found = kinds(&found(&html.replace(" lang=\"en\"", "")));
    assert_eq!(found.iter().filter(|kind| **kind == "missing_alt").count(), 50);
    assert!(found.contains(&"lang_missing"));
}
