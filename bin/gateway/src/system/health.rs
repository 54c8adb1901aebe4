//! Whether the gateway can do its work.

use actix_web::web;
use mainstay_edge::{Failure, Plain};
use mainstay_store::Database;
use schemars::JsonSchema;
use serde::Serialize;

/// The gateway is well.
#[derive(Serialize, JsonSchema)]
pub(crate) struct HealthResponse {
    /// Always `ok`; when something is wrong the status is 503.
    status: &'static str,
    /// The version that runs.
    version: &'static str,
}

pub(crate) async fn health(database: web::Data<Database>) -> Result<Plain<HealthResponse>, Failure> {
    database.ping().await?;
    Ok(Plain(HealthResponse { status: "ok", version: env!("CARGO_PKG_VERSION") }))
}
