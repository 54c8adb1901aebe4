//! Words, each database in its own way.

use crate::domains::DomainId;
use async_trait::async_trait;
use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Text};
use diesel_async::RunQueryDsl;
use mainstay_store::{PgConn, Prepare as _, SqliteConn, StoreResult};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = BigInt)]
    domain_id: i64,
    #[diesel(sql_type = Text)]
    word: String,
}

/// A word that has a number.
pub(super) type Numbered = (DomainId, String, i64);

#[async_trait]
pub(super) trait NumberWords {
    /// The numbers of words; those that have none get one.
    async fn number_words(&mut self, words: Vec<(DomainId, String)>) -> StoreResult<Vec<Numbered>>;
}

#[async_trait]
impl NumberWords for SqliteConn {
    async fn number_words(&mut self, words: Vec<(DomainId, String)>) -> StoreResult<Vec<Numbered>> {
        let mut numbered = Vec::with_capacity(words.len());
        for (domain, word) in words {
            let adding =
                diesel::sql_query(include_str!("words_add_one.sql")).bind::<BigInt, _>(domain.0).bind::<Text, _>(&word);
            adding.prepared().execute(self).await?;
            let finding = diesel::sql_query(include_str!("words_find_one.sql"))
                .bind::<BigInt, _>(domain.0)
                .bind::<Text, _>(&word);
            let row: Row = finding.prepared().get_result(self).await?;
            numbered.push((domain, word, row.id));
        }
        Ok(numbered)
    }
}

#[async_trait]
impl NumberWords for PgConn {
    async fn number_words(&mut self, words: Vec<(DomainId, String)>) -> StoreResult<Vec<Numbered>> {
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let domains: Vec<i64> = words.iter().map(|(domain, _)| domain.0).collect();
        let words: Vec<&str> = words.iter().map(|(_, word)| word.as_str()).collect();
        let adding = diesel::sql_query(include_str!("words_add.sql"))
            .bind::<Array<BigInt>, _>(&domains)
            .bind::<Array<Text>, _>(&words);
        adding.prepared().execute(self).await?;
        let finding = diesel::sql_query(include_str!("words_find.sql"))
            .bind::<Array<BigInt>, _>(&domains)
            .bind::<Array<Text>, _>(&words);
        let rows: Vec<Row> = finding.prepared().get_results(self).await?;
        Ok(rows.into_iter().map(|row| (DomainId(row.domain_id), row.word, row.id)).collect())
    }
}
