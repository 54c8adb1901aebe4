//! What a reader sees.

use crate::samples::{LINK, at, every_kind, invite, needed, notice, rendered, sign_up_code};
use mainstay_kernel::Secret;
use mainstay_mail::{Content, Message};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// The header fields, with long ones put back on one line (RFC 5322 §2.2.3).
fn headers(message: &Message) -> Vec<String> {
    let whole = String::from_utf8(message.formatted()).expect("ASCII");
    let (head, _) = whole.split_once("\r\n\r\n").expect("a head and a body");
    head.replace("\r\n ", " ").split("\r\n").map(str::to_owned).collect()
}

fn header_names(message: &Message) -> Vec<String> {
    headers(message).iter().map(|line| line.split(": ").next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn every_kind_has_its_code_or_link_in_both_parts() {
    for content in every_kind() {
        let (kind, needed) = (content.kind(), needed(&content));
        let message = rendered(content);
        assert!(message.text().contains(&needed), "{kind}: {}", message.text());
        assert!(message.html().contains(&format!(">{needed}<")), "{kind}: {}", message.html());
        for part in [message.text(), message.html()] {
            assert!(part.contains("Acme") && part.contains("You get this mail because"), "{kind}: {part}");
        }
    }
}

#[test]
fn no_two_kinds_look_the_same() {
    let subjects: BTreeSet<_> =
        every_kind().into_iter().map(|content| rendered(content).subject().to_owned()).collect();
    let kinds: BTreeSet<_> = every_kind().iter().map(Content::kind).collect();
    assert_eq!((subjects.len(), kinds.len()), (every_kind().len(), every_kind().len()));
}

#[test]
fn a_subject_never_holds_the_code() {
    assert!(!rendered(sign_up_code()).subject().contains(&needed(&sign_up_code())));
}

#[test]
fn nothing_is_fetched_when_a_mail_is_read() {
    for content in every_kind() {
        let html = rendered(content).html().to_owned();
        for fetching in ["<img", "<link", "<script", "<iframe", "url(", "@import", "src="] {
            assert!(!html.contains(fetching), "{html}");
        }
    }
}

#[test]
fn html_escapes_what_people_wrote_and_text_does_not() {
    let message = rendered(invite("<b>Tom</b> & \"Jerry\"", "<script>alert(1)</script>"));
    assert!(!message.html().contains("<script") && !message.html().contains("<b>"), "{}", message.html());
    assert!(message.html().contains("&#60;b&#62;Tom&#60;/b&#62; &#38; &#34;Jerry&#34;"), "{}", message.html());
    assert!(message.text().contains("“<b>Tom</b> & \"Jerry\"”"), "{}", message.text());
}

#[test]
fn a_link_stays_within_its_attribute() {
    let link = Secret::new("https://app.acme.example/?a=1&b=\" onclick=\"x".to_owned());
    let message = rendered(Content::AlreadyRegistered { link });
    assert!(message.html().contains("href=\"https://app.acme.example/?a=1&#38;b=&#34; onclick=&#34;x\""));
}

#[test]
fn what_people_wrote_adds_no_paragraph() {
    let message = rendered(invite("Apollo\r\n\r\nYour account is locked", "Grace\u{2028}Hopper\u{202e}"));
    assert!(message.text().contains("“Apollo    Your account is locked”"), "{}", message.text());
    assert!(message.text().contains("Grace Hopper invites"), "{}", message.text());
}

#[test]
fn the_headers_say_who_when_and_that_no_answer_is_expected() {
    let headers = headers(&rendered(notice()));
    for expected in [
        "From: \"Acme Support\" <hello@acme.example>",
        "To: ada@example.com",
        "Subject: Your password for Acme was changed",
        "Date: Thu, 15 Jan 2026 10:30:00 +0000",
        "Message-ID: <01900000-0000-7000-8000-000000000001@acme.example>",
        "Auto-Submitted: auto-generated",
    ] {
        assert!(headers.iter().any(|line| line == expected), "{expected} is not in {headers:#?}");
    }
}

#[test]
fn times_are_told_in_utc() {
    assert!(rendered(Content::SecondFactorOff { at: at() }).text().contains("on 15 January 2026 at 10:30 UTC"));
}

#[test]
fn a_lifetime_is_told_in_whole_units() {
    assert!(rendered(sign_up_code()).text().contains("It works for 10 minutes."));
    assert!(rendered(invite("Apollo", "Grace")).text().contains("works for 7 days."));
    let link = Secret::new(LINK.to_owned());
    assert!(rendered(Content::PasswordReset { link, minutes: 1 }).text().contains("once, for 1 minute."));
}

proptest! {
    #[test]
    fn a_newline_in_a_name_cannot_add_a_header(project in "(?s)(.|\r|\n|\r\n[A-Z][a-z]+: ){0,120}", inviter in "(?s).*") {
        let message = rendered(invite(&project, &inviter));
        let expected = header_names(&rendered(invite("Apollo", "Grace")));
        prop_assert_eq!(header_names(&message), expected);
        prop_assert!(!message.subject().contains(['\r', '\n']));
    }

    #[test]
    fn every_line_of_a_mail_fits_the_standard(project in "(?s).*") {
        let whole = rendered(invite(&project, "Grace")).formatted();
        let whole = String::from_utf8(whole).expect("ASCII");
        prop_assert!(whole.is_ascii() && whole.split("\r\n").all(|line| line.len() <= 998 && !line.contains(['\r', '\n'])));
    }
}
