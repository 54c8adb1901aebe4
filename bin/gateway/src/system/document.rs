//! The OpenAPI document, written once somebody asks for it: many installations never tell it, and to write it takes more
//! memory than they hold at rest.

use crate::api;
use actix_web::web;
use mainstay_edge::answer::Text;
use mainstay_edge::{Failure, Rejection};
use tokio::sync::OnceCell;

/// The document as JSON text.
pub(crate) struct Document {
    public_url: String,
    text: OnceCell<web::Bytes>,
}

impl Document {
    /// Of the installation that is reached by this address.
    pub(crate) fn new(public_url: &str) -> Self {
        Self { public_url: public_url.to_owned(), text: OnceCell::new() }
    }

    async fn text(&self) -> Result<web::Bytes, String> {
        self.text.get_or_try_init(|| written(self.public_url.clone())).await.cloned()
    }
}

/// On a thread of its own: no request is to wait for it but those that ask for it.
async fn written(public_url: String) -> Result<web::Bytes, String> {
    let written = web::block(move || serde_json::to_vec(&api::document(&public_url))).await;
    let written = written.map_err(|cause| cause.to_string())?;
    written.map(web::Bytes::from).map_err(|cause| cause.to_string())
}

pub(crate) async fn document(document: web::Data<Document>) -> Result<Text, Failure> {
    let text = document.text().await.map_err(Rejection::Panicked)?;
    Ok(Text { content_type: "application/json", text })
}
