//! The OpenAPI document, written once at start.

use actix_web::web;
use mainstay_edge::answer::Text;
use okapi::openapi3::OpenApi;

/// The document as JSON text.
pub(crate) struct Document(web::Bytes);

impl Document {
    /// Writes it down.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub(crate) fn new(document: &OpenApi) -> Result<Self, serde_json::Error> {
        Ok(Self(serde_json::to_vec(document)?.into()))
    }
}

pub(crate) async fn document(document: web::Data<Document>) -> Text {
    Text { content_type: "application/json", text: document.0.clone() }
}
