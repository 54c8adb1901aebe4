//! The gateway: one program that serves every surface.

mod api;
mod api_calls;
mod background;
mod cli;
mod client_documents;
mod commands;
mod compose;
mod config;
mod cors;
mod directory;
mod doors;
mod hosting;
mod hosting_minutes;
mod identity;
mod job_figures;
mod mcp;
mod pages;
mod permissions;
mod platform;
mod post;
mod principals;
mod project_book;
mod secret_key;
mod server;
mod signals;
mod stripe;
mod system;
mod telemetry;
mod tls;
mod tool_calls;
mod tool_figures;
mod tracked_events;

use clap::Parser as _;
use cli::{Cli, Command};
use config::Settings;
use std::process::ExitCode;
use telemetry::Telemetry;

// A fifth of the writing thread's time went into asking for memory. This one answers SQLite's requests too, which come from
// C (`override`), and takes no huge pages, which would double what is held at rest.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // First of all: boxes are made by this program, started once more.
    mainstay_sandbox::run_if_asked();
    // Named, because crates of the tree bring a second provider and rustls then refuses to guess. It is set only here.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    match run(&Cli::parse()) {
        Ok(code) => code,
        Err(cause) => {
            eprintln!("mainstay: {cause:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: &Cli) -> anyhow::Result<ExitCode> {
    if let Some(Command::Openapi(arguments)) = &cli.command {
        return commands::openapi::run(arguments);
    }
    let settings = Settings::load(cli.config.as_deref())?;
    let _telemetry =
        Telemetry::start(&settings.log).map_err(|cause| anyhow::anyhow!("logs cannot be set up: {cause}"))?;
    // Drives the database's connections and the background work; HTTP workers have runtimes of their own.
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match &cli.command {
            None | Some(Command::Serve) => commands::serve::run(settings).await,
            Some(Command::Setup(arguments)) => commands::setup::run(&settings, arguments).await,
            Some(Command::Migrate) => commands::migrate::run(&settings).await,
            Some(Command::Doctor) => commands::doctor::run(&settings).await,
            Some(Command::Openapi(_)) => unreachable!("handled before settings are read"),
        }
    })
}
