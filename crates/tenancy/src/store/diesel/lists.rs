//! Lists: filtered, ordered and cut into pages by the database.

use super::DieselTenancyStore;
use super::rows::{MembershipRow, WorkspaceRow};
use crate::listing::{MemberColumn, MemberQuery, WorkspaceColumn, WorkspaceQuery};
use crate::model::Workspace;
use crate::schema::{memberships, workspaces};
use crate::store::Membership;
use diesel::dsl::{InnerJoin, IntoBoxed};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use mainstay_kernel::{Listing, Page, Role, Span, UserId, WorkspaceId};
use mainstay_store::dialect::{containing, lower};
use mainstay_store::{Id, StoreResult, Ts, each_backend};

type OfPerson = InnerJoin<memberships::table, workspaces::table>;

/// The query, next ordered by a column.
macro_rules! then_by {
    ($query:expr, $sort:expr, $column:expr) => {
        if $sort.descending { $query.then_order_by($column.desc()) } else { $query.then_order_by($column.asc()) }
    };
}

/// The query, with a column within a span.
macro_rules! within {
    ($query:expr, $span:expr, $column:expr) => {{
        let mut query = $query;
        if let Some(after) = $span.after {
            query = query.filter($column.ge(Ts(after)));
        }
        if let Some(before) = $span.before {
            query = query.filter($column.le(Ts(before)));
        }
        query
    }};
}

#[each_backend]
impl DieselTenancyStore<Db> {
    pub(super) async fn list_workspaces(
        conn: &mut Conn,
        user: UserId,
        query: WorkspaceQuery,
    ) -> StoreResult<Page<Workspace>> {
        let listing = &query.listing;
        let total = if is_unfiltered(listing) {
            // Memberships end with their workspace, so their index alone has the number.
            memberships::table.filter(memberships::user_id.eq(Id(user.0))).count().get_result(conn).await?
        } else {
            Self::workspaces_of(user, listing).count().get_result(conn).await?
        };
        let rows: Vec<WorkspaceRow> = Self::sorted_workspaces_of(user, listing)
            .limit(listing.page.per_page())
            .offset(listing.page.offset())
            .select(WorkspaceRow::as_select())
            .load(conn)
            .await?;
        Ok(Page { items: rows.into_iter().map(Into::into).collect(), total })
    }

    fn workspaces_of<'q>(user: UserId, listing: &Listing<WorkspaceColumn>) -> IntoBoxed<'q, OfPerson, Backend> {
        let all = memberships::table.inner_join(workspaces::table).into_boxed();
        let mut query = all.filter(memberships::user_id.eq(Id(user.0)));
        query = within!(query, listing.created, workspaces::created_at);
        query = within!(query, listing.updated, workspaces::updated_at);
        if let Some(text) = &listing.search {
            let in_name = lower(workspaces::name).like(containing(text)).escape('\\');
            let in_slug = lower(workspaces::slug).like(containing(text)).escape('\\');
            query = query.filter(in_name.or(in_slug));
        }
        query
    }

    fn sorted_workspaces_of<'q>(user: UserId, listing: &Listing<WorkspaceColumn>) -> IntoBoxed<'q, OfPerson, Backend> {
        let mut query = Self::workspaces_of(user, listing);
        for sort in &listing.sort {
            query = match sort.column {
                WorkspaceColumn::Id => then_by!(query, sort, memberships::workspace_id),
                WorkspaceColumn::Name => then_by!(query, sort, workspaces::name),
                WorkspaceColumn::Slug => then_by!(query, sort, workspaces::slug),
                WorkspaceColumn::Tier => then_by!(query, sort, workspaces::tier),
                WorkspaceColumn::CreatedAt => then_by!(query, sort, workspaces::created_at),
                WorkspaceColumn::UpdatedAt => then_by!(query, sort, workspaces::updated_at),
            };
        }
        // Numbers are given in the order of making, and the index ends with them.
        query.then_order_by(memberships::workspace_id.desc())
    }

    pub(super) async fn list_seats(
        conn: &mut Conn,
        id: WorkspaceId,
        query: MemberQuery,
    ) -> StoreResult<Page<Membership>> {
        let total = Self::seats_in(id, &query).count().get_result(conn).await?;
        let rows: Vec<MembershipRow> = Self::sorted_seats_in(id, &query)
            .limit(query.listing.page.per_page())
            .offset(query.listing.page.offset())
            .select(MembershipRow::as_select())
            .load(conn)
            .await?;
        Ok(Page { items: memberships_from(rows)?, total })
    }

    pub(super) async fn load_seats(
        conn: &mut Conn,
        id: WorkspaceId,
        query: MemberQuery,
    ) -> StoreResult<Vec<Membership>> {
        let rows = Self::seats_in(id, &query).select(MembershipRow::as_select()).load(conn).await?;
        memberships_from(rows)
    }

    fn seats_in<'q>(id: WorkspaceId, query: &MemberQuery) -> memberships::BoxedQuery<'q, Backend> {
        let mut seats = memberships::table.into_boxed().filter(memberships::workspace_id.eq(id.0));
        seats = within!(seats, query.listing.created, memberships::created_at);
        seats = within!(seats, query.listing.updated, memberships::updated_at);
        if let Some(role) = query.role {
            seats = seats.filter(memberships::role.eq(role.name()));
        }
        seats
    }

    fn sorted_seats_in<'q>(id: WorkspaceId, query: &MemberQuery) -> memberships::BoxedQuery<'q, Backend> {
        let mut seats = Self::seats_in(id, query);
        for sort in &query.listing.sort {
            seats = match sort.column {
                MemberColumn::Id => then_by!(seats, sort, memberships::user_id),
                MemberColumn::CreatedAt => then_by!(seats, sort, memberships::created_at),
                MemberColumn::UpdatedAt => then_by!(seats, sort, memberships::updated_at),
                MemberColumn::Name | MemberColumn::Email | MemberColumn::Role => seats,
            };
        }
        if query.listing.sort.is_empty() {
            seats = seats.then_order_by(memberships::created_at.desc());
        }
        seats.then_order_by(memberships::user_id.desc())
    }

    pub(super) async fn load_shared_seats(
        conn: &mut Conn,
        user: UserId,
        workspaces: Vec<i64>,
        role: Option<Role>,
    ) -> StoreResult<Vec<Membership>> {
        let shared: Vec<i64> = memberships::table
            .filter(memberships::user_id.eq(Id(user.0)))
            .filter(memberships::workspace_id.eq_any(workspaces))
            .select(memberships::workspace_id)
            .load(conn)
            .await?;
        let mut seats = memberships::table.into_boxed().filter(memberships::workspace_id.eq_any(shared));
        if let Some(role) = role {
            seats = seats.filter(memberships::role.eq(role.name()));
        }
        let by_age = (memberships::workspace_id, memberships::created_at, memberships::user_id);
        memberships_from(seats.order(by_age).select(MembershipRow::as_select()).load(conn).await?)
    }
}

fn is_unfiltered(listing: &Listing<WorkspaceColumn>) -> bool {
    listing.search.is_none() && listing.created == Span::default() && listing.updated == Span::default()
}

fn memberships_from(rows: Vec<MembershipRow>) -> StoreResult<Vec<Membership>> {
    rows.into_iter().map(TryInto::try_into).collect()
}
