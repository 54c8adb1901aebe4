//! What the search needs kept.

use super::service::Found;
use crate::schema::{user_emails, users};
use crate::store::DieselAuthStore;
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::UserId;
use mainstay_store::{Id, StoreResult, each_backend};

/// Most people of one query: databases bound the values that come along.
const CHUNK: usize = 500;

/// The names of people.
#[async_trait]
pub trait SearchStore: Send + Sync {
    /// The cards of these people, in any order.
    async fn cards(&self, people: Vec<UserId>) -> StoreResult<Vec<Card>>;
}

/// What a person is found by.
#[derive(Debug, Clone)]
pub struct Card {
    pub(super) found: Found,
    names: Vec<String>,
}

impl Card {
    /// Whether any name begins with this text, which is in lower case. Databases fold letters in their own ways, so
    /// that it is done here.
    pub(super) fn begins_with(&self, wanted: &str) -> bool {
        self.names.iter().any(|name| name.to_lowercase().starts_with(wanted))
    }
}

type Row = (Id, String, String, Option<String>, Option<String>, Option<String>);

impl From<Row> for Card {
    fn from((id, email, display_name, username, surname, given_names): Row) -> Self {
        let local_part = email.rsplit_once('@').map_or(email.as_str(), |(local, _)| local);
        let display_name = if display_name.is_empty() { local_part.to_owned() } else { display_name };
        let full = [&given_names, &surname].into_iter().flatten().cloned().collect::<Vec<_>>().join(" ");
        let names = [Some(display_name.clone()), username.clone(), surname, given_names, Some(full)];
        let found = Found { id: UserId(id.0), email, display_name, username };
        Self { found, names: names.into_iter().flatten().collect() }
    }
}

#[each_backend]
#[async_trait]
impl SearchStore for DieselAuthStore<Db> {
    async fn cards(&self, people: Vec<UserId>) -> StoreResult<Vec<Card>> {
        let mut cards = Vec::with_capacity(people.len());
        for chunk in people.chunks(CHUNK) {
            let ids: Vec<Id> = chunk.iter().map(|id| Id(id.0)).collect();
            let found = users::table
                .inner_join(user_emails::table)
                .filter(user_emails::is_default.eq(true))
                .filter(users::id.eq_any(ids))
                .select((
                    users::id,
                    user_emails::email,
                    users::display_name,
                    users::username,
                    users::surname,
                    users::given_names,
                ));
            let rows = self.db.scan(move |conn| async move { Ok(found.load::<Row>(conn).await?) }.boxed());
            cards.extend(rows.await?.into_iter().map(Card::from));
        }
        Ok(cards)
    }
}
