//! Takes what the page over the document loads out of Swagger UI's archive, and packs it as browsers take it.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::error::Error;
use std::fs::File;
use std::io::{self, Cursor};
use std::path::Path;
use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED;
use zip::ZipArchive;

const ASSETS: [&str; 2] = ["swagger-ui-bundle.js", "swagger-ui.css"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let out = std::env::var("OUT_DIR")?;
    let mut archive = ZipArchive::new(Cursor::new(SWAGGER_UI_VENDORED))?;
    for number in 0..archive.len() {
        let mut file = archive.by_index(number)?;
        let path = file.name()?.into_owned();
        let Some(asset) = ASSETS.iter().find(|asset| path.ends_with(&format!("/dist/{asset}"))) else { continue };
        let packed = File::create(Path::new(&out).join(format!("{asset}.gz")))?;
        let mut encoder = GzEncoder::new(packed, Compression::best());
        io::copy(&mut file, &mut encoder)?;
        encoder.finish()?;
    }
    Ok(())
}
