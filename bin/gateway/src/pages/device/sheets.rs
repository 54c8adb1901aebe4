//! What people read on the way from a code to a device that is let in.

use super::{PATH, again};
use crate::pages::browser::Browser;
use crate::pages::complaint::Complaint;
use crate::pages::login;
use crate::pages::sheet::{Ask, Field, Link, Sheet};
use mainstay_auth::WaitingDevice;

/// What a person decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Allowed,
    Denied,
}

/// Where the code is typed, or confirmed that came with the address.
pub(super) fn typing(browser: &Browser, code: String, complaint: &Complaint) -> Sheet {
    let words = browser.hosted.words;
    let text = if code.is_empty() { words.device_text } else { words.device_compare };
    let field = Field {
        hint: words.device_code_hint,
        autocomplete: "off",
        is_digits: false,
        value: code,
        ..words.code_field()
    };
    let ask =
        Ask { action: PATH.to_owned(), fields: vec![complaint.about(field)], button: words.go_on, ..Ask::default() };
    Sheet::new(words.device).warns(complaint.general.clone()).says(text).asks(ask)
}

/// Whether this device is let in.
pub(super) fn question(browser: &Browser, (device, code): (&WaitingDevice, &str), email: &str) -> Sheet {
    let words = browser.hosted.words;
    let ask = |answer: &str, button, is_aside| Ask {
        action: format!("{PATH}/decision"),
        hidden: vec![("code", code.to_owned()), ("answer", answer.to_owned())],
        button,
        is_aside,
        ..Ask::default()
    };
    Sheet::new((words.consent)(&device.client_name, browser.hosted.brand.as_str()))
        .says((words.device_asks)(&device.client_name))
        .lists(device.scopes.iter().map(words.scope))
        .tells(words.consent_as, email)
        .tells(words.device_shows, code.trim().to_uppercase())
        .concludes(words.device_warning)
        .asks(ask("allow", words.consent_allow, false))
        .asks(ask("deny", words.consent_deny, true))
        .leads(Link::new(login::address(again(code).as_ref(), None, true), words.other_account))
}

/// That it was decided, and what comes next.
pub(super) fn decided(browser: &Browser, outcome: Outcome, device: &WaitingDevice) -> Sheet {
    let words = browser.hosted.words;
    match outcome {
        Outcome::Allowed => Sheet::new(words.device_allowed).says((words.device_allowed_text)(&device.client_name)),
        Outcome::Denied => Sheet::new(words.device_denied).says((words.device_denied_text)(&device.client_name)),
    }
}
