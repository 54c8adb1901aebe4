//! What the gateway says about itself.

pub(crate) mod docs;
mod document;
mod health;
mod pixel;
mod webhook_keys;
mod well_known;

use actix_web::web;
pub(crate) use document::Document;
use mainstay_edge::answer::Text;
use mainstay_edge::metrics::Metrics;
use mainstay_edge::{Doc, Failure, Platform, Surface};
use mainstay_kernel::Kind;

/// Routes that nobody is counted on.
pub(crate) fn declare_free(surface: &mut Surface<'_, Platform>) {
    let tag = "System";
    let fails = &[(Kind::Unavailable, "The database does not answer.")];
    let health = Doc { id: "health", tag, summary: "Whether the gateway and its database are well", text: "", fails };
    surface.get("/health", health::health, health);
    let healthz = Doc { id: "healthz", ..health };
    surface.get("/api/healthz", health::health, healthz);
    let summary = "Figures in Prometheus' text format";
    surface.get("/metrics", metrics, Doc { id: "metrics", tag, summary, ..Doc::default() });
    let summary = "The script that pages tell with";
    surface.get("/pixel.js", pixel::script, Doc { id: "pixelScript", tag, summary, ..Doc::default() });
    well_known::declare(surface);
}

/// Routes that anonymous callers share with every unknown path.
pub(crate) fn declare_counted(surface: &mut Surface<'_, Platform>) {
    let (tag, summary) = ("System", "This document");
    for (path, id) in [("/api/openapi.json", "openapi"), ("/swagger.json", "swagger"), ("/api/schema", "schema")] {
        surface.get(path, document::document, Doc { id, tag, summary, ..Doc::default() });
    }
    webhook_keys::declare(surface);
}

async fn metrics(metrics: web::Data<Metrics>) -> Result<Text, Failure> {
    let text = metrics.render().map_err(|cause| mainstay_edge::Rejection::Panicked(cause.to_string()))?;
    Ok(Text { content_type: "text/plain; version=0.0.4", text: text.into() })
}
