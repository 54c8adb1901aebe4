//! Hits as bytes: a version, and one hit after the other (postcard).

use super::hit::{Agent, Client, Hit, Origin, VisitorIds};
use crate::domains::DomainId;
use mainstay_kernel::Timestamp;
use mainstay_store::{StoreError, StoreResult};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What every row begins with, so that a later form can be told from this one.
const VERSION: u8 = 1;

/// A hit in this version.
#[derive(Serialize, Deserialize)]
struct HitV1 {
    domain: i64,
    at: i64,
    visitor: VisitorIds,
    name: String,
    host: String,
    page: String,
    origin: Origin,
    client: Client,
    bot: Option<Agent>,
    /// JSON, as text.
    properties: Option<String>,
}

/// Adds a hit to others.
pub(super) fn encode(hit: Hit, to: Vec<u8>) -> StoreResult<Vec<u8>> {
    let kept = HitV1 {
        domain: hit.domain.0,
        at: hit.at.micros(),
        visitor: hit.visitor,
        name: hit.name,
        host: hit.host,
        page: hit.page,
        origin: hit.origin,
        client: hit.client,
        bot: hit.bot,
        properties: hit.properties.map(|properties| properties.to_string()),
    };
    postcard::to_extend(&kept, to).map_err(|cause| StoreError::Damaged(cause.to_string()))
}

/// How many bytes a row has, unless what one caller told of is more.
const ROW: usize = 64 * 1024;

/// Hits of many callers, as few rows. What one of them told of stays together.
pub(super) fn rows(parts: &[Arc<Vec<u8>>]) -> Vec<Vec<u8>> {
    let mut rows: Vec<Vec<u8>> = Vec::new();
    for part in parts {
        match rows.last_mut().filter(|row| row.len() + part.len() <= ROW) {
            Some(row) => row.extend_from_slice(part),
            None => rows.push([&[VERSION], part.as_slice()].concat()),
        }
    }
    rows
}

/// The hits of a row, in the order in which they came.
///
/// # Errors
/// [`StoreError::Damaged`] when these are none.
pub(crate) fn decode(row: &[u8]) -> StoreResult<Vec<Hit>> {
    let damaged = |what: String| StoreError::Damaged(format!("hits in the inbox cannot be read: {what}"));
    let Some((&VERSION, mut rest)) = row.split_first() else { return Err(damaged("an unknown version".to_owned())) };
    let mut hits = Vec::new();
    while !rest.is_empty() {
        let (kept, left) = postcard::take_from_bytes::<HitV1>(rest).map_err(|cause| damaged(cause.to_string()))?;
        let properties = kept.properties.map(|text| serde_json::from_str(&text)).transpose();
        hits.push(Hit {
            domain: DomainId(kept.domain),
            at: Timestamp::from_micros(kept.at),
            visitor: kept.visitor,
            name: kept.name,
            host: kept.host,
            page: kept.page,
            origin: kept.origin,
            client: kept.client,
            bot: kept.bot,
            properties: properties.map_err(|cause| damaged(cause.to_string()))?,
        });
        rest = left;
    }
    Ok(hits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn hit(page: &str) -> Hit {
        Hit {
            domain: DomainId(7),
            at: Timestamp::from_seconds(1_000),
            visitor: VisitorIds { today: -3, yesterday: Some(i64::MAX) },
            name: "sign_up".into(),
            host: "example.com".into(),
            page: page.into(),
            origin: Origin { source: "Google".into(), ..Origin::default() },
            client: Client { country: "DE".into(), ..Client::default() },
            bot: None,
            properties: Some(json!({ "plan": "pro", "price": 12.5 })),
        }
    }

    #[test]
    fn what_is_read_is_what_was_written_in_the_same_order() {
        let parts = ["/a", "/b"].map(|page| Arc::new(encode(hit(page), Vec::new()).expect("bytes")));
        let rows = rows(&parts);
        assert_eq!(rows.len(), 1);
        assert_eq!(decode(&rows[0]).expect("hits"), [hit("/a"), hit("/b")]);
    }

    #[test]
    fn what_is_no_row_of_hits_is_damaged() {
        let whole = rows(&[Arc::new(encode(hit("/a"), Vec::new()).expect("bytes"))]).remove(0);
        for bytes in [&[][..], &[9, 1, 2][..], &whole[..whole.len() - 3]] {
            assert!(matches!(decode(bytes), Err(StoreError::Damaged(_))), "{bytes:?}");
        }
    }
}
