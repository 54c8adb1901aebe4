//! What is told of requests and failures.

use mainstay_outbound::header::HeaderValue;
use mainstay_outbound::{Method, OutboundError, Request};
use url::Url;

#[test]
fn every_failure_has_a_word_for_programs_and_a_sentence_for_people() {
    let host = || "api.example.com".to_owned();
    for (failure, code, sentence) in [
        (OutboundError::UnfitUrl, "unfit_url", "the address must be an https URL without a user"),
        (OutboundError::NotPublic(host()), "not_public", "the address of api.example.com is not public"),
        (OutboundError::Unresolved(host()), "unresolved", "api.example.com cannot be found"),
        (OutboundError::Unreachable(host()), "unreachable", "api.example.com cannot be reached"),
        (OutboundError::Untrusted(host()), "untrusted", "api.example.com could not prove its name"),
        (OutboundError::TimedOut, "timed_out", "the answer took too long"),
        (OutboundError::TooLarge, "too_large", "the answer is too large"),
        (OutboundError::Broken, "broken", "the answer cannot be read"),
    ] {
        assert_eq!((failure.code(), failure.to_string().as_str()), (code, sentence));
    }
}

#[test]
fn no_print_shows_what_may_be_secret() {
    let mut request =
        Request::new(Method::GET, Url::parse("https://api.example.com/hook/s3cret?s3cret").expect("a URL"));
    request.headers.insert("x-key", HeaderValue::from_static("s3cret"));
    let printed = format!("{request:?}");
    assert!(printed.contains("api.example.com") && !printed.contains("s3cret"), "{printed}");
}
