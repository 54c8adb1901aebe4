//! Rules of custom headers.

use super::*;
use proptest::prelude::*;

fn given(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn wrong(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let wrong = CustomHeaders::parse(&given(pairs)).expect_err("wrong headers");
    wrong.into_iter().map(|error| (error.field, error.rule)).collect()
}

fn told(field: &str, rule: &str) -> Vec<(String, String)> {
    vec![(field.to_owned(), rule.to_owned())]
}

#[test]
fn headers_are_kept_as_they_were_written() {
    let headers =
        CustomHeaders::parse(&given(&[("X-Team", "billing\t1"), ("Authorization", "Bearer abc"), ("x-empty", "")]));
    let headers = headers.expect("headers");
    let pairs: Vec<_> = headers.iter().collect();
    assert_eq!(pairs, [("Authorization", "Bearer abc"), ("X-Team", "billing\t1"), ("x-empty", "")]);
    assert_eq!(headers.names().collect::<Vec<_>>(), ["Authorization", "X-Team", "x-empty"]);
    assert!(!headers.is_empty() && CustomHeaders::default().is_empty());
}

#[test]
fn what_frames_the_message_or_is_ours_is_refused_in_any_letters() {
    for name in [
        "Host",
        "content-length",
        "Content-Type",
        "CONTENT-ENCODING",
        "Transfer-Encoding",
        "Connection",
        "TE",
        "Trailer",
        "Upgrade",
        "Keep-Alive",
        "Proxy-Authorization",
        "Expect",
        "User-Agent",
        "Accept-Encoding",
        "Webhook-Id",
        "X-Webhook-Signature",
    ] {
        assert_eq!(wrong(&[(name, "x")]), told(&format!("headers.{name}"), "reserved"));
    }
    for name in ["Hostess", "Contents", "X-Host", "Tea", "Webhook", "X-My-Webhook-Id", "Accept", "Cookie"] {
        assert!(CustomHeaders::parse(&given(&[(name, "x")])).is_ok(), "{name}");
    }
}

#[test]
fn a_name_is_a_token_of_at_most_100_characters() {
    for name in ["", "with space", "colon:", "na\u{ef}ve", "line\n", "(x)", "a/b"] {
        assert_eq!(wrong(&[(name, "x")]), told(&format!("headers.{name}"), "format"));
    }
    let longest = "x".repeat(100);
    assert!(CustomHeaders::parse(&given(&[(&longest, "x")])).is_ok());
    assert_eq!(wrong(&[(&format!("{longest}x"), "x")]), told(&format!("headers.{longest}x"), "maxLength"));
}

#[test]
fn a_value_is_one_line_of_ascii_of_at_most_4096_bytes() {
    for value in ["line\r\nX-Other: 1", "nul\0", "del\u{7f}", "caf\u{e9}"] {
        assert_eq!(wrong(&[("X-Team", value)]), told("headers.X-Team", "format"));
    }
    let longest = "x".repeat(4096);
    assert!(CustomHeaders::parse(&given(&[("X-Team", &longest)])).is_ok());
    assert_eq!(wrong(&[("X-Team", &format!("{longest}x"))]), told("headers.X-Team", "maxLength"));
}

#[test]
fn a_header_is_there_once_whatever_its_letters() {
    assert_eq!(wrong(&[("X-Team", "a"), ("x-team", "b")]), told("headers.x-team", "unique"));
}

#[test]
fn there_are_at_most_20() {
    let many =
        |count: usize| (0..count).map(|number| (format!("X-{number}"), String::new())).collect::<BTreeMap<_, _>>();
    assert!(CustomHeaders::parse(&many(20)).is_ok());
    let wrong = CustomHeaders::parse(&many(21)).expect_err("too many");
    assert_eq!((wrong.len(), wrong[0].field.as_str()), (1, "headers"));
}

#[test]
fn neither_a_debug_print_nor_a_complaint_shows_a_value() {
    let headers = CustomHeaders::parse(&given(&[("X-Team", "hunter2")])).expect("headers");
    assert_eq!(format!("{headers:?}"), r#"{"X-Team"}"#);
    let wrong = CustomHeaders::parse(&given(&[("X-Team", "hunter2\n")])).expect_err("a wrong value");
    assert!(!format!("{wrong:?}").contains("hunter2"));
}

/// What RFC 9110 section 5.6.2 keeps out of tokens.
const DELIMITERS: &[u8] = b"\"(),/:;<=>?@[\\]{}";

proptest! {
    #[test]
    fn headers_read_back_from_their_own_json(pairs in prop::collection::btree_map("z-[a-z]{1,9}", "[ -~]{0,40}", 0..20)) {
        let headers = CustomHeaders::parse(&pairs).expect("headers");
        prop_assert_eq!(CustomHeaders::from_json(&headers.to_json()).expect("headers"), headers);
    }

    #[test]
    fn whatever_is_taken_can_be_sent(name in "[ -~]{0,8}|.{0,8}", value: String) {
        if CustomHeaders::parse(&given(&[(&name, &value)])).is_ok() {
            let token = name.bytes().all(|byte| byte.is_ascii_graphic() && !DELIMITERS.contains(&byte));
            prop_assert!(token);
            prop_assert!(!value.contains(|c: char| c.is_control() && c != '\t'));
        }
    }
}
