//! What a new report makes of the issues of its page.

use super::model::IssueStatus;
use std::collections::{HashMap, HashSet};

/// An issue that earlier reports had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// What it is known by.
    pub fingerprint: String,
    /// Whether the last report had it.
    pub status: IssueStatus,
}

/// What becomes of an issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Nobody saw it before.
    Appears,
    /// It was there and is.
    Recurs,
    /// It was fixed and is back.
    Returns,
    /// It was there and is no more.
    Ends,
}

/// What becomes of each issue that is known or reported, by its fingerprint; what was fixed and stays so is left out.
pub fn turns<'f>(known: &'f [Known], reported: &'f [String]) -> HashMap<&'f str, Turn> {
    let reported: HashSet<&str> = reported.iter().map(String::as_str).collect();
    let mut turns: HashMap<&str, Turn> = reported.iter().map(|fingerprint| (*fingerprint, Turn::Appears)).collect();
    for Known { fingerprint, status } in known {
        let fingerprint = fingerprint.as_str();
        match (status, reported.contains(fingerprint)) {
            (IssueStatus::Open, true) => turns.insert(fingerprint, Turn::Recurs),
            (IssueStatus::Fixed, true) => turns.insert(fingerprint, Turn::Returns),
            (IssueStatus::Open, false) => turns.insert(fingerprint, Turn::Ends),
            (IssueStatus::Fixed, false) => None,
        };
    }
    turns
}
