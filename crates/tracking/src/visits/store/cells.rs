//! Cells, each database in its own way.

use crate::numbers::Numbers;
use crate::visits::book::Cell;
use async_trait::async_trait;
use diesel::sql_types::{Array, BigInt, Integer};
use diesel_async::RunQueryDsl;
use mainstay_store::{PgConn, Prepare as _, SqliteConn, StoreResult};

#[async_trait]
pub(super) trait AddCells {
    /// Adds numbers to cells, which are in the order of their keys.
    async fn add_cells(&mut self, cells: &[(Cell, Numbers)]) -> StoreResult<()>;
}

#[async_trait]
impl AddCells for SqliteConn {
    async fn add_cells(&mut self, cells: &[(Cell, Numbers)]) -> StoreResult<()> {
        for (cell, numbers) in cells {
            let adding = diesel::sql_query(include_str!("cells_add_one.sql"))
                .bind::<BigInt, _>(cell.domain.0)
                .bind::<Integer, _>(cell.dimension.number())
                .bind::<Integer, _>(cell.day.0)
                .bind::<BigInt, _>(cell.word)
                .bind::<BigInt, _>(numbers.visitors)
                .bind::<BigInt, _>(numbers.visits)
                .bind::<BigInt, _>(numbers.views)
                .bind::<BigInt, _>(numbers.events)
                .bind::<BigInt, _>(numbers.bounces)
                .bind::<BigInt, _>(numbers.spent_us);
            adding.prepared().execute(self).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl AddCells for PgConn {
    async fn add_cells(&mut self, cells: &[(Cell, Numbers)]) -> StoreResult<()> {
        if cells.is_empty() {
            return Ok(());
        }
        let keys = |of: fn(&Cell) -> i64| cells.iter().map(|(cell, _)| of(cell)).collect::<Vec<_>>();
        let small = |of: fn(&Cell) -> i32| cells.iter().map(|(cell, _)| of(cell)).collect::<Vec<_>>();
        let numbers = |of: fn(&Numbers) -> i64| cells.iter().map(|(_, numbers)| of(numbers)).collect::<Vec<_>>();
        let adding = diesel::sql_query(include_str!("cells_add.sql"))
            .bind::<Array<BigInt>, _>(keys(|cell| cell.domain.0))
            .bind::<Array<Integer>, _>(small(|cell| cell.dimension.number()))
            .bind::<Array<Integer>, _>(small(|cell| cell.day.0))
            .bind::<Array<BigInt>, _>(keys(|cell| cell.word))
            .bind::<Array<BigInt>, _>(numbers(|numbers| numbers.visitors))
            .bind::<Array<BigInt>, _>(numbers(|numbers| numbers.visits))
            .bind::<Array<BigInt>, _>(numbers(|numbers| numbers.views))
            .bind::<Array<BigInt>, _>(numbers(|numbers| numbers.events))
            .bind::<Array<BigInt>, _>(numbers(|numbers| numbers.bounces))
            .bind::<Array<BigInt>, _>(numbers(|numbers| numbers.spent_us));
        adding.prepared().execute(self).await?;
        Ok(())
    }
}
