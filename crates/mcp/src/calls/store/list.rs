//! Lists of calls: filters and order.

use super::diesel::DieselCallStore;
use crate::calls::model::{CallColumn, CallQuery};
use crate::schema::mcp_calls::{self, dsl};
use diesel::prelude::*;
use mainstay_kernel::{Sort, WorkspaceId};
use mainstay_store::dialect::{containing, lower};
use mainstay_store::{Id, Ts, each_backend};

#[each_backend]
impl DieselCallStore<Db> {
    /// The calls that match, in no order.
    pub(super) fn matching(workspace: WorkspaceId, query: &CallQuery) -> mcp_calls::BoxedQuery<'static, Backend> {
        let mut calls = dsl::mcp_calls.filter(dsl::workspace_id.eq(workspace.0)).into_boxed();
        for span in [query.listing.created, query.listing.updated] {
            if let Some(after) = span.after {
                calls = calls.filter(dsl::created_at.ge(Ts(after)));
            }
            if let Some(before) = span.before {
                calls = calls.filter(dsl::created_at.le(Ts(before)));
            }
        }
        if let Some(part) = &query.listing.search {
            calls = calls.filter(lower(dsl::tool).like(containing(part)).escape('\\'));
        }
        if let Some(outcome) = query.outcome {
            calls = calls.filter(dsl::outcome.eq(outcome.name()));
        }
        if let Some(server) = &query.server {
            calls = calls.filter(dsl::server.eq(server.clone()));
        }
        if let Some(tool) = &query.tool {
            calls = calls.filter(dsl::tool.eq(tool.clone()));
        }
        if let Some(key) = query.key {
            calls = calls.filter(dsl::key_id.eq(key.0));
        }
        if let Some(user) = query.user {
            calls = calls.filter(dsl::user_id.eq(Id(user.0)));
        }
        calls
    }

    /// In the wanted order; the newest first where that leaves a choice.
    pub(super) fn sorted(
        calls: mcp_calls::BoxedQuery<'static, Backend>,
        order: &[Sort<CallColumn>],
    ) -> mcp_calls::BoxedQuery<'static, Backend> {
        let calls = order.iter().fold(calls, |calls, sort| match (sort.column, sort.descending) {
            (CallColumn::CreatedAt, false) => calls.then_order_by(dsl::created_at.asc()),
            (CallColumn::CreatedAt, true) => calls.then_order_by(dsl::created_at.desc()),
            (CallColumn::Duration, false) => calls.then_order_by(dsl::duration_us.asc()),
            (CallColumn::Duration, true) => calls.then_order_by(dsl::duration_us.desc()),
            (CallColumn::Server, false) => calls.then_order_by(dsl::server.asc()),
            (CallColumn::Server, true) => calls.then_order_by(dsl::server.desc()),
            (CallColumn::Tool, false) => calls.then_order_by(dsl::tool.asc()),
            (CallColumn::Tool, true) => calls.then_order_by(dsl::tool.desc()),
        });
        calls.then_order_by(dsl::id.desc())
    }
}
