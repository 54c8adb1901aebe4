//! The script that pages tell with, at `/pixel.js`.
//!
//! It is sent as it is written, so it is written short. It keeps nothing on the visitor's machine. It tells of page views,
//! also where a page changes its address by itself, of links that lead elsewhere, and once, when the page is left, of how
//! it felt (`web_vitals`: `lcp` and `inp` in milliseconds, `cls`). Of a page's query it tells only what says why the visitor
//! is there.
//! What a page tells of before the script is there, it puts into `mainstay.q`; afterwards it calls `mainstay(event,
//! properties)`. Told that too much is told at once, it tries again three times.

use actix_web::body::BoxBody;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, Responder};
use mainstay_edge::Failure;
use mainstay_edge::describe::{Description, Outcome};

const SCRIPT: &str = include_str!("pixel.js");

/// An hour, so that a new version soon comes everywhere.
const KEEP: &str = "public, max-age=3600";

/// The script.
pub(super) struct Script;

pub(super) async fn script() -> Result<Script, Failure> {
    Ok(Script)
}

impl Responder for Script {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let mut answer = HttpResponse::Ok();
        answer.content_type("text/javascript; charset=utf-8").insert_header((header::CACHE_CONTROL, KEEP));
        // Pages of every origin load it, also those that are isolated from others (HTML standard, "cross-origin
        // isolation").
        answer.insert_header(("Cross-Origin-Resource-Policy", "cross-origin")).body(SCRIPT)
    }
}

impl Outcome for Script {
    fn describe(to: &mut Description<'_>) {
        to.text_answer(200, "The script.");
    }
}

#[cfg(test)]
mod tests {
    use super::SCRIPT;

    #[test]
    fn the_script_is_short() {
        assert!(SCRIPT.len() < 1_536, "{} bytes", SCRIPT.len());
    }
}
