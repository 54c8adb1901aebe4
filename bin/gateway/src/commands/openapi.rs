//! `mainstay openapi`: the document, or whether a file is still the same.

use crate::api;
use crate::cli::OpenapiArgs;
use anyhow::Context as _;
use std::process::ExitCode;

/// The document does not depend on any setting, so that it can be kept in the repository.
const SERVER: &str = "/";

pub(crate) fn run(arguments: &OpenapiArgs) -> anyhow::Result<ExitCode> {
    let text = serde_json::to_string_pretty(&api::document(SERVER)).context("the document cannot be written")?;
    let Some(file) = &arguments.check else {
        println!("{text}");
        return Ok(ExitCode::SUCCESS);
    };
    let kept = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    if kept.trim_end() == text {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("{} is not the document of this version; `just openapi` writes it anew.", file.display());
    Ok(ExitCode::FAILURE)
}
