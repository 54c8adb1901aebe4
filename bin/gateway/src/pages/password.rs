//! Passwords are forgotten and set anew.

pub(super) mod forgotten;
pub(super) mod reset;
