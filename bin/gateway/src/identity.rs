//! People: `/auth`, `/oauth`, `/users`, `/projects`, `/invites`, and `/api/auth` for those who want JWTs.

pub(crate) mod account;
pub(crate) mod client;
mod entrance;
pub(crate) mod invites;
pub(crate) mod joining;
pub(crate) mod jwt;
mod message;
pub(crate) mod oauth;
pub(crate) mod projects;
pub(crate) mod users;
