//! What lists of goals and funnels can be asked.

use crate::platform::few::Few;
use mainstay_edge::Listable;
use mainstay_kernel::Timestamp;
use mainstay_tracking::aims::Aim;
use std::cmp::Ordering;
use std::convert::Infallible;

/// Goals or funnels.
pub(super) enum AimList {}

/// What they can be sorted by.
#[derive(Debug, Clone, Copy)]
pub(super) enum Column {
    Name,
    CreatedAt,
    UpdatedAt,
}

impl Listable for AimList {
    type Column = Column;
    type Status = Infallible;
    const COLUMNS: &'static [(&'static str, Column)] =
        &[("name", Column::Name), ("created_at", Column::CreatedAt), ("updated_at", Column::UpdatedAt)];
    const STATUSES: &'static [(&'static str, Infallible)] = &[];
}

impl Few<AimList> for Aim {
    fn created_at(&self) -> Timestamp {
        self.created_at
    }

    fn updated_at(&self) -> Timestamp {
        self.updated_at
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn is(&self, status: Infallible, _: Timestamp) -> bool {
        match status {}
    }

    fn compare(&self, other: &Self, column: Column) -> Ordering {
        match column {
            Column::Name => self.name.cmp(&other.name),
            Column::CreatedAt => self.created_at.cmp(&other.created_at),
            Column::UpdatedAt => self.updated_at.cmp(&other.updated_at),
        }
    }

    fn compare_id(&self, other: &Self) -> Ordering {
        self.id.cmp(&other.id)
    }
}
