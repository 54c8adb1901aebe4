//! Two workspaces and their credits.

use mainstay_entitlements::credits::{
    Booked, CreditError, CreditParts, CreditService as _, Credits, Expiry, GrantKind, NewGrant, NewRefund, NewSpend,
    Pace, Transaction, TransactionKind, TransactionQuery,
};
use mainstay_kernel::{Clock as _, SystemIds, Timestamp, WorkspaceId};
use mainstay_store::Database;
use mainstay_store::jobs::{Done, Handler as _};
use mainstay_testkit::{ManualClock, rows};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

pub(super) struct World {
    pub(super) database: Database,
    pub(super) clock: ManualClock,
    pub(super) credits: Arc<Credits>,
    pub(super) workspace: WorkspaceId,
    pub(super) elsewhere: WorkspaceId,
}

pub(super) const DAY: Duration = Duration::from_hours(24);

impl World {
    pub(super) async fn new(database: Database) -> Self {
        let clock = ManualClock::new();
        let earlier = rows::count(&database, "workspaces").await;
        let slug = |name: &str| -> &'static str { format!("{name}-{earlier}").leak() };
        let workspace = rows::add_workspace(&database, slug("here"), clock.now()).await;
        let elsewhere = rows::add_workspace(&database, slug("elsewhere"), clock.now()).await;
        let credits = Arc::new(open(database.clone(), &clock));
        Self { database, clock, credits, workspace, elsewhere }
    }

    /// The same installation as another node.
    pub(super) fn node(&self, database: Database) -> Credits {
        open(database, &self.clock)
    }

    pub(super) fn in_days(&self, days: u32) -> Timestamp {
        self.clock.now().plus(DAY * days)
    }

    pub(super) async fn balance(&self) -> i64 {
        self.credits.balance(self.workspace).await.expect("a balance").credits
    }

    pub(super) async fn pace(&self) -> Pace {
        self.credits.pace(self.workspace).await.expect("a pace")
    }

    pub(super) async fn give(&self, amount: i64) -> Transaction {
        self.grant(NewGrant { amount, ..gift() }).await
    }

    pub(super) async fn grant(&self, grant: NewGrant) -> Transaction {
        self.credits.grant(self.workspace, grant).await.expect("granted").transaction
    }

    pub(super) async fn spend(&self, amount: i64) -> Transaction {
        self.try_spend(NewSpend { amount, ..NewSpend::default() }).await.expect("spent").transaction
    }

    pub(super) async fn try_spend(&self, spend: NewSpend) -> Result<Booked, CreditError> {
        self.credits.spend(self.workspace, spend).await
    }

    pub(super) async fn try_refund(&self, of: &Transaction, amount: Option<i64>) -> Result<Booked, CreditError> {
        let refund = NewRefund { transaction: of.id.clone(), amount, ..NewRefund::default() };
        self.credits.refund(self.workspace, refund).await
    }

    pub(super) async fn refund(&self, of: &Transaction, amount: i64) -> Transaction {
        self.try_refund(of, Some(amount)).await.expect("refunded").transaction
    }

    /// The newest hundred movements, oldest first: what and how much.
    pub(super) async fn ledger(&self) -> Vec<(TransactionKind, i64)> {
        let query = TransactionQuery { page: mainstay_kernel::PageRequest::new(1, 100), ..TransactionQuery::default() };
        let page = self.credits.transactions(self.workspace, query).await.expect("the movements");
        page.items.iter().rev().map(|transaction| (transaction.kind, transaction.amount)).collect()
    }

    /// What is left of each grant, oldest first, fifty at most.
    pub(super) async fn left(&self) -> Vec<i64> {
        let mut left = Vec::new();
        let of = format!("credit_grants WHERE workspace_id = {}", self.workspace);
        for number in 0..rows::count(&self.database, &of).await {
            // Counting rows is all that can be asked here: a grant has as many units as there are numbers below it.
            let grant = format!(
                "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT i FROM n) AS units
                 WHERE units.i <= (SELECT remaining FROM {of} ORDER BY id LIMIT 1 OFFSET {number})"
            );
            left.push(rows::count(&self.database, &grant).await);
        }
        left
    }

    /// Lets the job that books expiries run once; gives how soon it wants to run again.
    pub(super) async fn work(&self) -> Duration {
        match Expiry::new(Arc::clone(&self.credits)).run(&json!({})).await.expect("a look") {
            Done::RunAgainAfter(wait) => wait,
            Done::ForGood => panic!("a standing job is never over"),
        }
    }

    /// The names of the events that were told.
    pub(super) async fn events(&self) -> Vec<String> {
        rows::events(&self.database).await.into_iter().map(|(name, ..)| name).collect()
    }

    /// Looks at every row there is: nothing was lost and nothing made.
    pub(super) async fn audit(&self) {
        for (what, violations) in LAWS {
            assert_eq!(rows::count(&self.database, violations).await, 0, "{what}");
        }
    }
}

/// What holds at any time, and the rows that it would not hold of.
const LAWS: [(&str, &str); 7] = [
    (
        "the entries of a transaction come to nothing",
        "(SELECT 1 FROM credit_entries GROUP BY transaction_id HAVING sum(amount) <> 0) AS broken",
    ),
    (
        "the entries of a workspace come to its balance",
        "credit_accounts AS account WHERE balance <> (SELECT coalesce(sum(amount), 0) FROM credit_entries AS entry
            WHERE entry.workspace_id = account.workspace_id AND account = 'credits')",
    ),
    (
        "the transactions of a workspace come to its balance",
        "credit_accounts AS account WHERE balance <> (SELECT coalesce(sum(amount), 0) FROM credit_transactions AS booked
            WHERE booked.workspace_id = account.workspace_id)",
    ),
    (
        "the entries of a grant come to what is left of it",
        "credit_grants AS given WHERE remaining <> (SELECT coalesce(sum(amount), 0) FROM credit_entries AS entry
            WHERE entry.grant_id = given.id)",
    ),
    (
        "a transaction is what its own side comes to",
        "credit_transactions AS booked WHERE amount <> (SELECT coalesce(sum(amount), 0) FROM credit_entries AS entry
            WHERE entry.transaction_id = booked.id AND account = 'credits')",
    ),
    (
        "each balance is the one before and what came",
        "(SELECT balance_after - amount AS was, coalesce(lag(balance_after) OVER
            (PARTITION BY workspace_id ORDER BY id), 0) AS should FROM credit_transactions) AS chain WHERE was <> should",
    ),
    (
        "no more is refunded than was spent",
        "credit_transactions AS spent WHERE kind = 'USAGE' AND amount + (SELECT coalesce(sum(amount), 0)
            FROM credit_transactions AS refund WHERE refund.refund_of = spent.id) > 0",
    ),
];

fn open(database: Database, clock: &ManualClock) -> Credits {
    Credits::open(CreditParts { database, clock: Arc::new(clock.clone()), ids: Arc::new(SystemIds) })
}

/// Something of a grant.
pub(super) const fn gift() -> NewGrant {
    NewGrant { kind: GrantKind::Bonus, amount: 1, priority: 100, expires_at: None, description: None, reference: None }
}
