//! A domain as both databases have it.

use super::Born;
use crate::domains::model::{Domain, DomainId, Settings};
use crate::domains::name::DomainName;
use crate::schema::tracking_domains;
use diesel::prelude::*;
use mainstay_kernel::WorkspaceId;
use mainstay_store::{Json, Ts};

#[derive(Queryable, Selectable)]
#[diesel(table_name = tracking_domains)]
pub(super) struct Row {
    id: i64,
    workspace_id: i64,
    name: String,
    pixel_key: String,
    settings: Json<Settings>,
    created_at: Ts,
    updated_at: Ts,
}

#[derive(Insertable)]
#[diesel(table_name = tracking_domains)]
pub(super) struct NewRow {
    workspace_id: i64,
    name: String,
    pixel_key: String,
    settings: Json<Settings>,
    created_at: Ts,
    updated_at: Ts,
}

#[derive(AsChangeset)]
#[diesel(table_name = tracking_domains)]
pub(super) struct Terms {
    pixel_key: String,
    settings: Json<Settings>,
    updated_at: Ts,
}

impl From<Row> for Domain {
    fn from(row: Row) -> Self {
        Self {
            id: DomainId(row.id),
            workspace: WorkspaceId(row.workspace_id),
            name: DomainName::kept(row.name),
            pixel_key: row.pixel_key,
            settings: row.settings.0,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        }
    }
}

impl From<Born> for NewRow {
    fn from(new: Born) -> Self {
        Self {
            workspace_id: new.workspace.0,
            name: new.name.as_str().to_owned(),
            pixel_key: new.pixel_key,
            settings: Json(new.settings),
            created_at: Ts(new.at),
            updated_at: Ts(new.at),
        }
    }
}

impl From<&Domain> for Terms {
    fn from(domain: &Domain) -> Self {
        Self {
            pixel_key: domain.pixel_key.clone(),
            settings: Json(domain.settings.clone()),
            updated_at: Ts(domain.updated_at),
        }
    }
}
