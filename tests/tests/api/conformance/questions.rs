//! What else a question may bring along.

use super::Party;
use mainstay_testkit::gateway::on_each_gateway;

/// That a question with more in it is answered as it is without.
fn makes_no_difference(more: &'static str) {
    on_each_gateway(async |gateway| {
        let mut party = Party::of(gateway).await;
        let tokens = party.tokens(&format!("&scope=openid{more}")).await;
        assert_eq!(party.identity(&tokens).await["sub"], party.person.id.as_str());
    });
}

/// Module `oidcc-display-page`.
#[test]
fn a_login_may_be_shown_on_a_page() {
    makes_no_difference("&display=page");
}

/// Module `oidcc-display-popup`.
#[test]
fn a_login_may_be_shown_in_a_window_of_its_own() {
    makes_no_difference("&display=popup");
}

/// Module `oidcc-ui-locales`.
#[test]
fn languages_of_the_pages_may_be_wished_for() {
    makes_no_difference("&ui_locales=se%20tlh");
}

/// Module `oidcc-claims-locales`.
#[test]
fn languages_of_claims_may_be_wished_for() {
    makes_no_difference("&claims_locales=se%20tlh");
}

/// Module `oidcc-ensure-request-with-acr-values-succeeds`.
#[test]
fn a_strength_of_the_login_may_be_wished_for() {
    makes_no_difference("&acr_values=1%202");
}

/// Module `oidcc-ensure-request-with-unknown-parameter-succeeds`.
#[test]
fn what_nobody_knows_is_ignored() {
    makes_no_difference("&extra=foobar");
}

/// A request object without a signature (`alg` is `none`).
const UNSIGNED: &str = "eyJhbGciOiJub25lIn0.eyJyZXNwb25zZV90eXBlIjoiY29kZSJ9.";

/// Module `oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported`.
#[test]
fn a_request_object_is_refused_in_the_words_of_the_standard() {
    on_each_gateway(async |gateway| {
        let mut party = Party::of(gateway).await;
        for (more, error) in [
            (format!("&request={UNSIGNED}"), "request_not_supported"),
            ("&request_uri=https%3A%2F%2Fapp.example.com%2Fobject".to_owned(), "request_uri_not_supported"),
            ("&registration=%7B%7D".to_owned(), "registration_not_supported"),
        ] {
            let visit = party.ask(&format!("&scope=openid&state=s{more}")).await;
            assert_eq!(visit.told("error").as_deref(), Some(error));
            assert_eq!((visit.told("state").as_deref(), visit.met.len()), (Some("s"), 0));
        }
    });
}

/// Module `oidcc-ensure-request-object-with-redirect-uri`.
#[test]
fn an_address_inside_a_request_object_is_not_gone_to() {
    on_each_gateway(async |gateway| {
        let mut party = Party::of(gateway).await;
        // {"redirect_uri": "https://evil.example/"}
        let object = "eyJhbGciOiJub25lIn0.eyJyZWRpcmVjdF91cmkiOiJodHRwczovL2V2aWwuZXhhbXBsZS8ifQ.";
        let visit = party.ask(&format!("&scope=openid&request={object}")).await;
        assert_eq!(visit.told("error").as_deref(), Some("request_not_supported"), "{}", visit.back);
    });
}
