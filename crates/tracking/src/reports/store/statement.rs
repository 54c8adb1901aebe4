//! A statement that grows with the question. What somebody sent is only ever bound.

use diesel::query_builder::{BoxedSqlQuery, SqlQuery};
use diesel::sql_types::{BigInt, HasSqlType, Text};
use mainstay_kernel::Timestamp;
use mainstay_store::{Ts, UtcTimestamp};
use std::fmt::{Display, Write as _};

/// A value that is bound.
enum Bound {
    Number(i64),
    Text(String),
    Time(Timestamp),
}

/// SQL with numbered parameters, which both databases read: they are numbered as they come.
#[derive(Default)]
pub(super) struct Statement {
    sql: String,
    bound: Vec<Bound>,
}

impl Statement {
    /// Adds text of ours.
    pub(super) fn push(&mut self, text: impl Display) -> &mut Self {
        // Writing to a text never fails.
        let _ = write!(self.sql, "{text}");
        self
    }

    /// Adds a number.
    pub(super) fn number(&mut self, number: i64) -> &mut Self {
        self.bind(Bound::Number(number))
    }

    /// Adds a text.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        self.bind(Bound::Text(text.to_owned()))
    }

    /// Adds an instant.
    pub(super) fn time(&mut self, at: Timestamp) -> &mut Self {
        self.bind(Bound::Time(at))
    }

    fn bind(&mut self, value: Bound) -> &mut Self {
        self.bound.push(value);
        let number = self.bound.len();
        self.push('$').push(number)
    }

    /// As diesel asks it.
    pub(super) fn query<'q, B>(self) -> BoxedSqlQuery<'q, B, SqlQuery>
    where
        B: diesel::backend::Backend + HasSqlType<UtcTimestamp>,
        Ts: diesel::serialize::ToSql<UtcTimestamp, B>,
        i64: diesel::serialize::ToSql<BigInt, B>,
        String: diesel::serialize::ToSql<Text, B>,
    {
        let query = diesel::sql_query(self.sql).into_boxed::<B>();
        self.bound.into_iter().fold(query, |query, value| match value {
            Bound::Number(number) => query.bind::<BigInt, _>(number),
            Bound::Text(text) => query.bind::<Text, _>(text),
            Bound::Time(at) => query.bind::<UtcTimestamp, _>(Ts(at)),
        })
    }
}
