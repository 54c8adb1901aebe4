//! What clients keep elsewhere, in the test's hands.

use async_trait::async_trait;
use mainstay_auth::{DocumentError, DocumentSource, FetchedDocument};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use url::Url;

/// Documents by their addresses, and how often each was fetched.
#[derive(Clone, Default)]
pub(crate) struct Elsewhere(Arc<Mutex<Shelf>>);

#[derive(Default)]
struct Shelf {
    documents: HashMap<String, (Value, Option<Duration>)>,
    fetched: HashMap<String, usize>,
}

impl Elsewhere {
    pub(crate) fn put(&self, url: &str, document: Value) {
        self.put_for(url, document, None);
    }

    /// The same, to be kept for so long.
    pub(crate) fn put_for(&self, url: &str, document: Value, max_age: Option<Duration>) {
        self.0.lock().expect("the shelf").documents.insert(url.to_owned(), (document, max_age));
    }

    pub(crate) fn remove(&self, url: &str) {
        self.0.lock().expect("the shelf").documents.remove(url);
    }

    pub(crate) fn fetches(&self, url: &str) -> usize {
        self.0.lock().expect("the shelf").fetched.get(url).copied().unwrap_or_default()
    }
}

#[async_trait]
impl DocumentSource for Elsewhere {
    fn takes(&self, url: &Url) -> bool {
        url.scheme() == "https"
    }

    async fn fetch(&self, url: &Url) -> Result<FetchedDocument, DocumentError> {
        let mut kept = self.0.lock().expect("the shelf");
        *kept.fetched.entry(url.to_string()).or_default() += 1;
        let found = kept.documents.get(url.as_str());
        let (document, max_age) = found.ok_or_else(|| DocumentError("there is nothing".to_owned()))?;
        Ok(FetchedDocument { body: document.to_string().into_bytes(), max_age: *max_age })
    }
}
