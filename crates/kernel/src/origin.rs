//! Who caused a change, and from where.

use crate::ids::UserId;
use crate::principal::Via;
use std::net::IpAddr;

/// What the audit log shows beside what happened. Parts that nobody knows are absent: background work has no origin
/// at all, and somebody who signs up has no account yet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    /// Who did it.
    pub actor: Option<UserId>,
    /// By which credential.
    pub via: Option<Via>,
    /// From which address.
    pub address: Option<IpAddr>,
    /// In which request, `req_…` or as the caller named it.
    pub request: Option<String>,
}
