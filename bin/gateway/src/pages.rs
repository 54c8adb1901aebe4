//! Hosted pages: what people meet of this installation where no app of the operator's stands before it.
//!
//! Every page is a form or a message that works without a script. Texts are in [`words`], the look is in one
//! stylesheet, and every answer carries a policy that lets nothing else in.

mod assets;
mod browser;
mod complaint;
mod consent;
mod cookies;
mod csrf;
mod device;
mod form;
mod front;
mod hosted;
mod html;
mod invites;
mod login;
mod logout;
mod parameters;
mod password;
mod projects;
mod return_to;
mod sheet;
mod sign_up;
mod words;

pub(crate) use hosted::Hosted;
pub(crate) use html::Html;
use mainstay_edge::{Admittance, Api};

/// All surfaces of pages. Those that share their paths with an API stand before it.
pub(crate) fn declare(api: &mut Api<'_>) {
    api.surface::<Html>(front::PATH, Admittance::Browsers, front::declare);
    api.surface::<Html>("/favicon.ico", Admittance::Free, assets::declare_icon);
    api.surface::<Html>("/assets", Admittance::Free, assets::declare);
    api.surface::<Html>("/login", Admittance::Counted, login::declare);
    api.surface::<Html>("/logout", Admittance::Counted, logout::declare);
    api.surface::<Html>("/sign-up", Admittance::Counted, sign_up::declare);
    api.surface::<Html>("/forgot-password", Admittance::Counted, password::forgotten::declare);
    api.surface::<Html>("/reset-password", Admittance::Counted, password::reset::declare);
    api.surface::<Html>("/device", Admittance::Counted, device::declare);
    api.surface::<Html>("/oauth/authorize", Admittance::Browsers, consent::declare);
    api.surface::<Html>("/oauth/logout", Admittance::Counted, logout::by_client::declare);
    api.surface::<Html>("/invites", Admittance::Browsers, invites::declare);
    api.surface::<Html>("/projects", Admittance::Browsers, projects::declare);
}
