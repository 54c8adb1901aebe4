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
    let mut version = format!("{hash:x}");
    version.truncate(12);
    version
});

const KEEP: &str = "public, max-age=31536000, immutable";
/// A day, since nothing in this name changes with the mark.
const KEEP_ICON: &str = "public, max-age=86400";

pub(super) fn declare(surface: &mut Surface<'_, Html>) {
    for path in ["/page.css", "/page.js", "/mark.svg"] {
        surface.page(Method::GET, path, asset);
    }
}

/// Where browsers look for the mark when they see something that is none of our pages.
pub(super) fn declare_icon(surface: &mut Surface<'_, Html>) {
    surface.page(Method::GET, "", icon);
}

async fn icon() -> Result<HttpResponse, Failure> {
    let mark = Assets::get("mark.svg").ok_or(Rejection::NoRoute)?;
    let mut answer = HttpResponse::Ok();
    answer.content_type("image/svg+xml").insert_header((header::CACHE_CONTROL, KEEP_ICON));
    Ok(answer.body(mark.data.into_owned()))
}

async fn asset(request: HttpRequest) -> Result<HttpResponse, Failure> {
    let name = request.path().rsplit('/').next().unwrap_or_default();
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// The colour tokens of the light look, or of the dark one.
    fn tokens(is_dark: bool) -> BTreeMap<String, [f64; 3]> {
        let file = Assets::get("page.css").expect("the stylesheet").data;
        let css = String::from_utf8_lossy(&file).into_owned();
        let (light, dark) = css.split_once("prefers-color-scheme: dark").expect("a dark look");
        let look = if is_dark { dark.split("}\n}").next().expect("its end") } else { light };
        let colour = |hex: &str| [0, 2, 4].map(|at| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).expect("hex")));
        let pairs = look.lines().filter_map(|line| line.trim().strip_prefix("--")?.split_once(": #"));
        pairs.map(|(name, value)| (name.to_owned(), colour(value))).collect()
    }

    /// WCAG 2.2, relative luminance.
    fn luminance(colour: [f64; 3]) -> f64 {
        let linear = |part: f64| if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) };
        let [red, green, blue] = colour.map(|part| linear(part / 255.0));
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn every_text_and_every_line_can_be_told_from_its_ground() {
        for is_dark in [false, true] {
            let tokens = tokens(is_dark);
            for (front, ground, least) in [
                ("text", "sheet", 4.5),
                ("text", "ground", 4.5),
                ("text", "glow", 4.5),
                ("soft", "sheet", 4.5),
                ("accent", "sheet", 4.5),
                ("accent-strong", "sheet", 4.5),
                ("on-accent", "accent", 4.5),
                ("on-accent", "accent-strong", 4.5),
                ("wrong", "sheet", 4.5),
                ("wrong", "wrong-ground", 4.5),
                ("text", "wrong-ground", 4.5),
                ("good", "good-ground", 4.5),
                ("edge", "sheet", 3.0),
                ("accent", "wrong-ground", 3.0),
            ] {
                let found = contrast(tokens[front], tokens[ground]);
                assert!(found >= least, "{front} on {ground} has {found:.2} (dark: {is_dark})");
            }
        }
    }
}
