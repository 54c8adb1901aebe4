//! Refunds: what was spent goes back where it came from.

use super::NotRefunded;
use super::account::Accounts as _;
use super::book::{Book as _, Movement, Said};
use super::row::TransactionRow;
use crate::credits::burn::{Part, give_back, sum};
use crate::credits::model::{NewRefund, OWN_SIDE, Transaction, TransactionKind};
use crate::credits::schema::{credit_entries, credit_transactions};
use crate::credits::service::Booked;
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use mainstay_kernel::{Ids, Timestamp, WorkspaceId};
use mainstay_store::{StoreResult, each_backend};

#[async_trait]
pub(crate) trait RefundCredits {
    /// Gives back, or says why not.
    async fn refund_credits(
        &mut self,
        workspace: WorkspaceId,
        refund: &NewRefund,
        ids: &dyn Ids,
        at: Timestamp,
    ) -> StoreResult<Result<Booked, NotRefunded>>;
}

#[async_trait]
trait FindParts {
    /// The transaction of this name.
    async fn called(&mut self, workspace: WorkspaceId, public_id: &str) -> StoreResult<Option<TransactionRow>>;
    /// What a transaction did to grants, in the order in which that was booked.
    async fn parts_of(&mut self, transaction: i64) -> StoreResult<Vec<Part>>;
    /// What refunds of a transaction gave back.
    async fn returned_of(&mut self, transaction: i64) -> StoreResult<Vec<Part>>;
}

#[each_backend]
#[async_trait]
impl RefundCredits for Conn {
    async fn refund_credits(
        &mut self,
        workspace: WorkspaceId,
        refund: &NewRefund,
        ids: &dyn Ids,
        at: Timestamp,
    ) -> StoreResult<Result<Booked, NotRefunded>> {
        let mut account = self.hold_account(workspace, ids, at).await?;
        let Some(spent) = self.called(workspace, &refund.transaction).await? else {
            return Ok(Err(NotRefunded::NotThere));
        };
        let reference = refund.reference.as_ref().map(|name| format!("refund:{name}"));
        if let Some(reference) = &reference
            && let Some(booked) = self.booked_under(workspace, reference).await?
        {
            let is_same =
                booked.refund_of == Some(spent.id) && refund.amount.is_none_or(|amount| amount == booked.amount);
            let transaction = Transaction::try_from(booked)?;
            return Ok(if is_same {
                Ok(Booked { transaction, is_repeated: true })
            } else {
                Err(NotRefunded::ReferenceTaken)
            });
        }
        if spent.kind()? != TransactionKind::Usage {
            return Ok(Err(NotRefunded::NotUsage));
        }
        let (parts, returned) = (self.parts_of(spent.id).await?, self.returned_of(spent.id).await?);
        let left = -sum(&parts) - sum(&returned);
        let amount = refund.amount.unwrap_or(left);
        let Some(parts) = give_back(&parts, &returned, amount).filter(|_| amount > 0) else {
            return Ok(Err(NotRefunded::TooGreat(left)));
        };
        let (refund_of, resource) = (Some(spent.id), Transaction::try_from(spent)?.resource);
        let said = Said {
            description: refund.description.as_deref(),
            resource: resource.as_ref(),
            reference: reference.as_deref(),
        };
        let movement = Movement { kind: TransactionKind::Refund, parts, said, refund_of };
        let transaction = self.book(&mut account, movement, ids, at).await?;
        // What went back to a grant that has expired meanwhile.
        self.book_expired(&mut account, ids, at).await?;
        Ok(Ok(Booked { transaction, is_repeated: false }))
    }
}

#[each_backend]
#[async_trait]
impl FindParts for Conn {
    async fn called(&mut self, workspace: WorkspaceId, public_id: &str) -> StoreResult<Option<TransactionRow>> {
        let called = credit_transactions::table
            .filter(credit_transactions::workspace_id.eq(workspace.0))
            .filter(credit_transactions::public_id.eq(public_id));
        Ok(called.select(TransactionRow::as_select()).first(self).await.optional()?)
    }

    async fn parts_of(&mut self, transaction: i64) -> StoreResult<Vec<Part>> {
        let own = credit_entries::table
            .filter(credit_entries::transaction_id.eq(transaction))
            .filter(credit_entries::account.eq(OWN_SIDE))
            .order(credit_entries::id);
        let columns = (credit_entries::grant_id.assume_not_null(), credit_entries::amount);
        let rows: Vec<(i64, i64)> = own.select(columns).load(self).await?;
        Ok(rows.into_iter().map(|(grant, amount)| Part { grant, amount }).collect())
    }

    async fn returned_of(&mut self, transaction: i64) -> StoreResult<Vec<Part>> {
        let refunds = credit_transactions::table
            .filter(credit_transactions::refund_of.eq(transaction))
            .select(credit_transactions::id);
        let refunds: Vec<i64> = refunds.order(credit_transactions::id).load(self).await?;
        let mut returned = Vec::new();
        for refund in refunds {
            returned.extend(self.parts_of(refund).await?);
        }
        Ok(returned)
    }
}
