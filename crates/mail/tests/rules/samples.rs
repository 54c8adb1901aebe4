//! One letter of each kind.

use mainstay_kernel::{Secret, Timestamp};
use mainstay_mail::{Brand, Content, Letter, Message, Posted, render};
use mainstay_testkit::CountingIds;
use std::iter::successors;

pub(crate) const TO: &str = "ada@example.com";
pub(crate) const CODE: &str = "482913";
pub(crate) const LINK: &str = "https://app.acme.example/once/kjh34kjh";

pub(crate) fn brand() -> Brand {
    Brand::new("Acme", "Acme Support <hello@acme.example>", "https://app.acme.example").expect("a brand")
}

pub(crate) fn at() -> Timestamp {
    Timestamp::parse("2026-01-15T10:30:00Z").expect("a time")
}

pub(crate) fn letter(content: Content) -> Letter {
    Letter { to: TO.to_owned(), content }
}

pub(crate) fn rendered(content: Content) -> Message {
    render(&Posted::new(letter(content), &CountingIds::default(), at()), &brand()).expect("rendered")
}

pub(crate) fn sign_up_code() -> Content {
    Content::SignUpCode { code: code(), minutes: 10 }
}

pub(crate) fn notice() -> Content {
    Content::PasswordChanged { at: at() }
}

pub(crate) fn invite(project: &str, inviter: &str) -> Content {
    let (project, inviter, role) = (project.to_owned(), inviter.to_owned(), "member".to_owned());
    Content::ProjectInvite { project, inviter, role, link: link(), days: 7 }
}

/// Every kind there is: one without a place in [`after`] does not compile.
pub(crate) fn every_kind() -> Vec<Content> {
    successors(Some(sign_up_code()), after).collect()
}

fn after(previous: &Content) -> Option<Content> {
    let (at, word) = (at(), |word: &str| word.to_owned());
    Some(match previous {
        Content::SignUpCode { .. } => Content::AddressCode { code: code(), minutes: 10 },
        Content::AddressCode { .. } => Content::AlreadyRegistered { link: link() },
        Content::AlreadyRegistered { .. } => Content::PasswordReset { link: link(), minutes: 15 },
        Content::PasswordReset { .. } => Content::PasswordChanged { at },
        Content::PasswordChanged { .. } => {
            Content::NewDevice { device: word("Firefox on Linux"), address: word("203.0.113.7"), at }
        }
        Content::NewDevice { .. } => Content::SecondFactorOn { at },
        Content::SecondFactorOn { .. } => Content::SecondFactorOff { at },
        Content::SecondFactorOff { .. } => Content::AccountDeleted { at },
        Content::AccountDeleted { .. } => Content::DefaultAddressChanged { to: word("new@example.com") },
        Content::DefaultAddressChanged { .. } => invite("Apollo", "Grace"),
        Content::ProjectInvite { .. } => Content::WorkspaceInvite {
            workspace: word("Apollo"),
            inviter: word("Grace"),
            role: word("admin"),
            link: link(),
            days: 7,
        },
        Content::WorkspaceInvite { .. } => {
            Content::AddedToProject { project: word("Apollo"), by: word("Grace"), link: link() }
        }
        Content::AddedToProject { .. } => {
            Content::OwnershipReceived { project: word("Apollo"), from: word("Grace"), link: link() }
        }
        Content::OwnershipReceived { .. } => Content::WebhookDisabled {
            workspace: word("Apollo"),
            host: word("hooks.example.com"),
            is_gone: false,
            link: link(),
        },
        Content::WebhookDisabled { .. } => Content::LimitNear {
            workspace: word("Apollo"),
            feature: word("API calls"),
            percent: 80,
            used: 801,
            limit: 1_000,
            link: link(),
        },
        Content::LimitNear { .. } => return None,
    })
}

/// What the reader of this kind must find.
pub(crate) fn needed(content: &Content) -> String {
    match content {
        Content::SignUpCode { .. } | Content::AddressCode { .. } => CODE.to_owned(),
        Content::PasswordChanged { .. }
        | Content::NewDevice { .. }
        | Content::SecondFactorOn { .. }
        | Content::SecondFactorOff { .. }
        | Content::DefaultAddressChanged { .. } => "https://app.acme.example/forgot-password".to_owned(),
        Content::AccountDeleted { .. } => "https://app.acme.example/sign-up".to_owned(),
        _ => LINK.to_owned(),
    }
}

fn code() -> Secret<String> {
    Secret::new(CODE.to_owned())
}

fn link() -> Secret<String> {
    Secret::new(LINK.to_owned())
}
