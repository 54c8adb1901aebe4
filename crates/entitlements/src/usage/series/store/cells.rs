//! What single uses come to, by interval and group.

use super::super::model::{Figure, GroupName, Grouping};
use super::{Line, Wanted};
use crate::meter::MOST_USED;
use async_trait::async_trait;
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};
use mainstay_kernel::WorkspaceId;
use mainstay_store::StoreResult;
use std::collections::BTreeMap;

/// Reads single uses, each database in its own way.
#[async_trait]
pub(super) trait ReadRecords {
    /// What the uses come to in each interval and in all of them, where there are some.
    async fn cells(&mut self, workspace: WorkspaceId, wanted: &Wanted, parting: Parting<'_>) -> StoreResult<Vec<Cell>>;
}

/// By which member uses are told apart, and how many groups are told of one by one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parting<'g> {
    pub(super) member: Option<&'g str>,
    pub(super) most: i64,
}

impl Parting<'_> {
    /// All of them are one group.
    pub(super) const NONE: Self = Self { member: None, most: 1 };
}

impl<'g> From<&'g Grouping> for Parting<'g> {
    fn from(grouping: &'g Grouping) -> Self {
        Self { member: Some(&grouping.member), most: i64::try_from(grouping.most).unwrap_or(i64::MAX) }
    }
}

/// What the uses of a group come to in an interval.
#[derive(QueryableByName)]
pub(super) struct Cell {
    /// Which interval, or one more than there are for all of them.
    #[diesel(sql_type = BigInt)]
    place: i64,
    /// Which group, the most used first; none for what is left of them.
    #[diesel(sql_type = Nullable<BigInt>)]
    label: Option<i64>,
    /// What it is called: `=` and the value, or nothing where there is none. So it is never null, and can be compared.
    #[diesel(sql_type = Nullable<Text>)]
    name: Option<String>,
    #[diesel(sql_type = BigInt)]
    records: i64,
    #[diesel(sql_type = BigInt)]
    number: i64,
}

impl Cell {
    fn name(&self) -> GroupName {
        match &self.name {
            None => GroupName::Rest,
            Some(name) => name.strip_prefix('=').map_or(GroupName::Without, |value| GroupName::Value(value.to_owned())),
        }
    }

    fn figure(&self) -> Figure {
        let number = |column| u64::try_from(column).unwrap_or(0);
        Figure { value: number(self.number).min(MOST_USED), records: number(self.records) }
    }
}

/// The groups, the most used first and what is left of them last.
pub(super) fn groups(cells: &[Cell], intervals: usize) -> Vec<(GroupName, Line)> {
    let mut groups = BTreeMap::new();
    for cell in cells {
        let key = (cell.label.is_none(), cell.label);
        let (_, line) = groups.entry(key).or_insert_with(|| (cell.name(), Line::empty(intervals)));
        let place = usize::try_from(cell.place).unwrap_or(intervals);
        *line.figures.get_mut(place).unwrap_or(&mut line.total) = cell.figure();
    }
    groups.into_values().collect()
}
