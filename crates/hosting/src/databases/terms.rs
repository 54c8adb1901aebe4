//! What a database must be like.

use super::engine::Engine;
use super::model::DatabaseKind;
use crate::ids::SiteId;
use crate::sites::{Complaints, check_name};
use mainstay_kernel::FieldError;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

/// How many connections a database takes unless it says otherwise.
pub(super) const USUAL_CONNECTIONS: u32 = 20;
const CONNECTIONS: RangeInclusive<u32> = 1..=500;
/// Most sites whose programs are given one database.
const MOST_SITES: usize = 50;

/// Which sort is asked for, if there is an engine for it.
pub(super) fn kind(asked: &str, available: &[DatabaseKind]) -> Result<DatabaseKind, FieldError> {
    let known = DatabaseKind::named(asked).filter(|kind| available.contains(kind));
    known.ok_or_else(|| {
        let names: Vec<_> = available.iter().map(|kind| kind.name()).collect();
        FieldError::new("type", "in", format!("type must be one of those available here: {}", names.join(", ")))
    })
}

pub(super) fn check_all(
    name: Option<&str>,
    (kind, connections): (DatabaseKind, Option<u32>),
    sites: &[SiteId],
) -> Result<(), Vec<FieldError>> {
    let mut complaints = Complaints::default();
    if let Some(name) = name {
        check_name(name, &mut complaints);
    }
    match (kind, connections) {
        (DatabaseKind::Sqlite, Some(_)) => {
            complaints.add("maxConnections", "prohibited", "maxConnections does not go with sqlite, which is a file");
        }
        (_, Some(most)) if !CONNECTIONS.contains(&most) => {
            let (least, most) = (CONNECTIONS.start(), CONNECTIONS.end());
            complaints.add("maxConnections", "range", format!("maxConnections must be {least} to {most}"));
        }
        _ => {}
    }
    if kind == DatabaseKind::Sqlite && sites.len() > 1 {
        let text = "attachedSites may name one site for sqlite: a file has no server between two programs";
        complaints.add("attachedSites", "max", text);
    }
    let distinct: BTreeSet<_> = sites.iter().collect();
    if distinct.len() < sites.len() || sites.len() > MOST_SITES {
        let text = format!("attachedSites must name up to {MOST_SITES} sites, each once");
        complaints.add("attachedSites", "distinct", text);
    }
    complaints.end()
}

/// The version that the engine has, if that is the one that is asked for.
pub(super) async fn version(engine: &dyn Engine, asked: Option<&str>) -> Result<String, VersionFault> {
    let present = engine.version().await.map_err(|cause| VersionFault::Away(cause.to_string()))?;
    let is_meant = |asked: &str| present == asked || present.starts_with(&format!("{asked}."));
    match asked {
        Some(asked) if !is_meant(asked) => {
            let text = format!("version must be {present}, which is what runs here");
            Err(VersionFault::Other(FieldError::new("version", "in", text)))
        }
        _ => Ok(present),
    }
}

/// Why there is no such version.
pub(super) enum VersionFault {
    /// The engine does not say which it is.
    Away(String),
    /// It is another.
    Other(FieldError),
}
