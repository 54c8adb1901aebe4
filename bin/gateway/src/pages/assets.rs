//! The stylesheet, the script and the mark of the pages, from inside the program.

use super::Html;
use actix_web::http::{Method, header};
use actix_web::{HttpRequest, HttpResponse};
use mainstay_edge::{Failure, Rejection, Surface};
use rust_embed::RustEmbed;
use sha2::{Digest as _, Sha256};
use std::sync::LazyLock;

#[derive(RustEmbed)]
#[folder = "assets"]
struct Assets;

/// Changes with the content of any asset; pages name it, so that an asset may be kept as long as a browser likes.
pub(super) static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut names: Vec<_> = Assets::iter().collect();
    names.sort();
    let contents = names.iter().filter_map(|name| Assets::get(name));
    let hash = contents.fold(Sha256::new(), |hash, file| hash.chain_update(file.metadata.sha256_hash())).finalize();
    hash.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
});

const KEEP: &str = "public, max-age=31536000, immutable";

pub(super) fn declare(surface: &mut Surface<'_, Html>) {
    for path in ["/page.css", "/page.js", "/mark.svg"] {
        surface.page(Method::GET, path, asset);
    }
}

async fn asset(request: HttpRequest) -> Result<HttpResponse, Failure> {
    let name = request.path().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let file = Assets::get(name).ok_or(Rejection::NoRoute)?;
    let kind = match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        _ => "image/svg+xml",
    };
    let mut answer = HttpResponse::Ok();
    answer.content_type(kind).insert_header((header::CACHE_CONTROL, KEEP));
    Ok(answer.body(file.data.into_owned()))
}
