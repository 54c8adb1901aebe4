//! The movements of a workspace: filters and order.

use super::diesel::DieselCreditStore;
use crate::credits::model::TransactionQuery;
use crate::credits::schema::credit_transactions::{self, dsl};
use diesel::prelude::*;
use mainstay_kernel::WorkspaceId;
use mainstay_store::{Ts, each_backend};

#[each_backend]
impl DieselCreditStore<Db> {
    /// The movements that match, in no order.
    pub(super) fn matching(
        workspace: WorkspaceId,
        query: TransactionQuery,
    ) -> credit_transactions::BoxedQuery<'static, Backend> {
        let mut found = dsl::credit_transactions.filter(dsl::workspace_id.eq(workspace.0)).into_boxed();
        if let Some(kind) = query.kind {
            found = found.filter(dsl::kind.eq(kind.name()));
        }
        if let Some(from) = query.from {
            found = found.filter(dsl::created_at.ge(Ts(from)));
        }
        if let Some(to) = query.to {
            found = found.filter(dsl::created_at.lt(Ts(to)));
        }
        found
    }
}
