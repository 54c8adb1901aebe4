//! Deleting much without holding others up.

use std::future::Future;

/// Most rows deleted in one transaction, so that other writers need not wait long.
const BATCH: usize = 1_000;

/// Deletes batch after batch until one is not full; gives how many rows that were. What `delete` is given is how many
/// rows it deletes at most; it gives how many it did.
///
/// # Errors
/// Those of `delete`. What it had deleted before stays deleted.
pub async fn in_batches<E, D>(delete: impl Fn(i64) -> D) -> Result<usize, E>
where
    D: Future<Output = Result<usize, E>>,
{
    let (most, mut count) = (i64::try_from(BATCH).unwrap_or(i64::MAX), 0);
    loop {
        let deleted = delete(most).await?;
        count += deleted;
        if deleted < BATCH {
            return Ok(count);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    /// Deletes all of so many rows; gives how many and in how many batches.
    async fn deleted(rows: usize) -> (Result<usize, &'static str>, usize) {
        let (left, batches) = (Cell::new(rows), Cell::new(0));
        let outcome = in_batches(async |most| {
            let some = left.get().min(usize::try_from(most).expect("a number of rows"));
            left.set(left.get() - some);
            batches.set(batches.get() + 1);
            Ok(some)
        });
        (outcome.await, batches.get())
    }

    #[tokio::test]
    async fn batches_follow_each_other_until_one_is_not_full() {
        assert_eq!(deleted(0).await, (Ok(0), 1));
        assert_eq!(deleted(BATCH - 1).await, (Ok(BATCH - 1), 1));
        assert_eq!(deleted(BATCH).await, (Ok(BATCH), 2));
        assert_eq!(deleted(2 * BATCH + 7).await, (Ok(2 * BATCH + 7), 3));
    }

    #[tokio::test]
    async fn a_failure_ends_it() {
        assert_eq!(in_batches(async |_| Err("away")).await, Err("away"));
    }
}
