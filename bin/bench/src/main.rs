//! Measures a release build of Mainstay against bare baselines, other providers of OAuth and another gateway of MCP on the same
//! machine, and prints the figures beside the goals they have to meet.

use anyhow::Context as _;
use clap::Parser as _;
use std::process::ExitCode;

mod baseline;
mod bench;
mod commit;
mod comparison;
mod contest;
mod contextforge;
mod creation;
mod dashboard;
mod disk;
mod exchange;
mod footprint;
mod gateway;
mod goal;
mod hosting;
mod interrupt;
mod latency;
mod load;
mod metering;
mod peers;
mod people;
mod postgres;
mod process;
mod progress;
mod provider;
mod recording;
mod renewal;
mod report;
mod request;
mod response;
mod rival;
mod scenario;
mod seed;
mod server;
mod settings;
mod sql;
mod stage;
mod summary;
mod table;
mod token;
mod tool;
mod tracking;
mod traffic;
mod verification;
mod webhooks;
mod work;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<()> {
    let arguments = settings::Arguments::parse();
    match arguments.command {
        Some(settings::Command::Baseline(options)) => return baseline::serve(&options),
        Some(settings::Command::Receiver(options)) => return webhooks::receiver::serve(&options),
        Some(settings::Command::Tool(options)) => return tool::serve(&options),
        None => {}
    }
    let settings = arguments.settings.resolved();
    interrupt::watch()?;
    let report = bench::run(&settings)?;
    print!("{report}");
    if let Some(path) = &settings.json {
        let text = serde_json::to_string_pretty(&report)?;
        std::fs::write(path, text + "\n").with_context(|| format!("{} cannot be written", path.display()))?;
    }
    Ok(())
}
