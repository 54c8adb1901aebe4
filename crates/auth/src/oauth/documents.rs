//! What clients keep elsewhere: their keys, and documents that describe them.

use async_trait::async_trait;
use std::time::Duration;
use url::Url;

/// Fetches what clients keep elsewhere. Whoever implements it sees to it that nobody makes this machine ask its own
/// network.
#[async_trait]
pub trait DocumentSource: Send + Sync {
    /// Whether such an address may be asked at all: `https`, and more while developing.
    fn takes(&self, url: &Url) -> bool;

    /// What is there now: a JSON document of a few kilobytes.
    ///
    /// # Errors
    /// When there is none.
    async fn fetch(&self, url: &Url) -> Result<FetchedDocument, DocumentError>;
}

/// A document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchedDocument {
    /// Its bytes.
    pub body: Vec<u8>,
    /// How long it may be kept, where its host says so (RFC 9111 section 5.2.2.1).
    pub max_age: Option<Duration>,
}

/// Why there is no document: logged, and not shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DocumentError(pub String);

/// For services that speak no HTTP: their clients keep nothing elsewhere.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoDocuments;

#[async_trait]
impl DocumentSource for NoDocuments {
    fn takes(&self, _: &Url) -> bool {
        false
    }

    async fn fetch(&self, _: &Url) -> Result<FetchedDocument, DocumentError> {
        Err(DocumentError("nothing is fetched here".to_owned()))
    }
}

/// Longest address of a document, in bytes.
pub(super) const ADDRESS_LENGTH: usize = 500;

/// The address of a document that may be asked; none for what is no such address, or is not written as a parser writes
/// it, so that no two texts name the same.
pub(super) fn address(text: &str, source: &dyn DocumentSource) -> Option<Url> {
    if text.len() > ADDRESS_LENGTH {
        return None;
    }
    let url = Url::parse(text).ok()?;
    let is_bare = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    (is_bare && url.as_str() == text && source.takes(&url)).then_some(url)
}
