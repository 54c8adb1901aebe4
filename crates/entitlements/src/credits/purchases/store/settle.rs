//! Settling a purchase, and booking what was bought.

use super::row::Row;
use super::{NotSettled, Settling};
use crate::credits::model::{Resource, TransactionKind};
use crate::credits::purchases::model::{Purchase, PurchaseStatus};
use crate::credits::schema::{credit_payment_notices, credit_purchases};
use crate::credits::store::{Accounts as _, Gift, GiveCredits as _, MOST_BALANCE, Moment};
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use mainstay_store::{StoreError, StoreResult, Ts, each_backend};
use std::time::Duration;

/// Gifts are spent before what was paid for.
const BOUGHT: i32 = 100;
const GIVEN: i32 = 50;
const DAY: Duration = Duration::from_hours(24);

/// A purchase that is held, and whether this notice of it is new.
pub(super) struct Held {
    number: i64,
    pub(super) purchase: Purchase,
    /// What the workspace has.
    balance: i64,
    is_new: bool,
}

#[async_trait]
pub(super) trait Settle {
    /// Holds the account that the purchase is for, and with it the purchase; notes the notice.
    async fn hold(&mut self, settling: &Settling, moment: &Moment) -> StoreResult<Option<Held>>;
    /// Writes what became of a purchase that is held.
    async fn end(
        &mut self,
        held: &Held,
        to: PurchaseStatus,
        why: Option<&str>,
        moment: &Moment,
    ) -> StoreResult<Purchase>;
    /// Settles a purchase and books its credits; says whether it was not settled before.
    async fn settle(&mut self, settling: Settling, moment: Moment)
    -> StoreResult<Result<(Purchase, bool), NotSettled>>;
    /// Books what was bought.
    async fn book_bought(&mut self, purchase: &Purchase, moment: &Moment) -> StoreResult<()>;
}

macro_rules! called {
    ($id:expr) => {
        credit_purchases::table.filter(credit_purchases::public_id.eq($id)).select(Row::as_select())
    };
}

#[each_backend]
#[async_trait]
impl Settle for Conn {
    async fn hold(&mut self, settling: &Settling, moment: &Moment) -> StoreResult<Option<Held>> {
        let found: Option<Row> = called!(&settling.purchase).first(self).await.optional()?;
        let Some(found) = found else { return Ok(None) };
        // The account before everything else, as all do who book something.
        let workspace = mainstay_kernel::WorkspaceId(found.workspace_id);
        let balance = self.hold_account(workspace, &*moment.ids, moment.at).await?.balance;
        let row: Row = called!(&settling.purchase).first(self).await?;
        let (number, purchase) = (row.id, Purchase::try_from(row)?);
        let Some((provider, notice)) = &settling.notice else {
            return Ok(Some(Held { number, purchase, balance, is_new: true }));
        };
        if purchase.provider != *provider {
            return Ok(None);
        }
        let new = (
            credit_payment_notices::provider.eq(*provider),
            credit_payment_notices::notice.eq(notice),
            credit_payment_notices::purchase_id.eq(number),
            credit_payment_notices::received_at.eq(Ts(moment.at)),
        );
        let insert = diesel::insert_into(credit_payment_notices::table).values(new).on_conflict_do_nothing();
        let is_new = insert.execute(self).await? == 1;
        Ok(Some(Held { number, purchase, balance, is_new }))
    }

    async fn end(
        &mut self,
        held: &Held,
        to: PurchaseStatus,
        why: Option<&str>,
        moment: &Moment,
    ) -> StoreResult<Purchase> {
        let settled_at = (to == PurchaseStatus::Completed).then_some(Ts(moment.at));
        let ended = (
            credit_purchases::status.eq(to.name()),
            credit_purchases::reason.eq(why),
            credit_purchases::updated_at.eq(Ts(moment.at)),
            credit_purchases::settled_at.eq(settled_at),
        );
        let update = diesel::update(credit_purchases::table.find(held.number)).set(ended);
        let row: Row = update.returning(Row::as_returning()).get_result(self).await?;
        row.try_into()
    }

    async fn settle(
        &mut self,
        settling: Settling,
        moment: Moment,
    ) -> StoreResult<Result<(Purchase, bool), NotSettled>> {
        let Some(held) = self.hold(&settling, &moment).await? else { return Ok(Err(NotSettled::NotThere)) };
        let purchase = &held.purchase;
        match purchase.status {
            PurchaseStatus::Completed => return Ok(Ok((held.purchase, false))),
            // What a provider was paid is booked, however late. By hand nothing is that failed.
            PurchaseStatus::Failed if settling.notice.is_none() => return Ok(Err(NotSettled::Over)),
            PurchaseStatus::Failed | PurchaseStatus::Pending => {}
        }
        if settling.paid.is_some_and(|paid| paid != (purchase.amount, purchase.currency.clone())) {
            self.end(&held, purchase.status, Some("other_amount_paid"), &moment).await?;
            return Ok(Err(NotSettled::OtherAmount));
        }
        if held.balance.saturating_add(purchase.credits + purchase.bonus_credits) > MOST_BALANCE {
            return Ok(Err(NotSettled::Full));
        }
        self.book_bought(purchase, &moment).await?;
        let settled = self.end(&held, PurchaseStatus::Completed, None, &moment).await?;
        Ok(Ok((settled, true)))
    }

    async fn book_bought(&mut self, purchase: &Purchase, moment: &Moment) -> StoreResult<()> {
        let resource = Resource { kind: "purchase".to_owned(), id: Some(purchase.id.clone()) };
        let days = purchase.expires_after_days.map(|days| DAY.saturating_mul(days.into()));
        let bought = (TransactionKind::Purchase, purchase.credits, BOUGHT);
        let given = (TransactionKind::Bonus, purchase.bonus_credits, GIVEN);
        for (kind, amount, priority) in [bought, given].into_iter().filter(|(_, amount, _)| *amount > 0) {
            let gift = Gift {
                workspace: purchase.workspace,
                kind,
                amount,
                priority,
                expires_at: days.map(|days| moment.at.plus(days)),
                description: None,
                resource: Some(&resource),
                reference: Some(format!("{}:{}", kind.name(), purchase.id)),
            };
            let booked = self.give_credits(&gift, &*moment.ids, moment.at).await?;
            booked.map_err(|why| StoreError::Damaged(format!("credit_purchases: {} and {why:?}", purchase.id)))?;
        }
        Ok(())
    }
}

impl Held {
    /// Whether it may still fail by what is told now.
    pub(super) fn can_fail(&self) -> bool {
        self.is_new && self.purchase.status == PurchaseStatus::Pending
    }
}
