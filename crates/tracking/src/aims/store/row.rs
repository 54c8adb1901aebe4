//! A goal or funnel as both databases have it.

use super::Born;
use crate::aims::model::{Aim, AimId};
use crate::domains::DomainId;
use crate::schema::tracking_aims;
use crate::step::Step;
use diesel::prelude::*;
use mainstay_store::{Json, Ts};

#[derive(Queryable, Selectable)]
#[diesel(table_name = tracking_aims)]
pub(super) struct Row {
    id: i64,
    domain_id: i64,
    name: String,
    steps: Json<Vec<Step>>,
    created_at: Ts,
    updated_at: Ts,
}

#[derive(Insertable)]
#[diesel(table_name = tracking_aims)]
pub(super) struct NewRow {
    domain_id: i64,
    kind: &'static str,
    name: String,
    steps: Json<Vec<Step>>,
    created_at: Ts,
    updated_at: Ts,
}

#[derive(AsChangeset)]
#[diesel(table_name = tracking_aims)]
pub(super) struct Terms {
    name: String,
    steps: Json<Vec<Step>>,
    updated_at: Ts,
}

impl From<Row> for Aim {
    fn from(row: Row) -> Self {
        Self {
            id: AimId(row.id),
            domain: DomainId(row.domain_id),
            name: row.name,
            steps: row.steps.0,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        }
    }
}

impl From<Born> for NewRow {
    fn from(new: Born) -> Self {
        Self {
            domain_id: new.domain.0,
            kind: new.kind.name(),
            name: new.name,
            steps: Json(new.steps),
            created_at: Ts(new.at),
            updated_at: Ts(new.at),
        }
    }
}

impl From<&Aim> for Terms {
    fn from(aim: &Aim) -> Self {
        Self { name: aim.name.clone(), steps: Json(aim.steps.clone()), updated_at: Ts(aim.updated_at) }
    }
}
