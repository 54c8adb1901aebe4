//! The command line.

use crate::config::rows;
use clap::{Args, Parser, Subcommand};
use mainstay_kernel::Secret;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// What the program is and how to start, for someone who has never seen it.
const INTRODUCTION: &str = "\
The back half of a SaaS in one program: people, workspaces, API keys, webhooks, plans and usage, MCP, tracking, hosting.

Two commands to start:
  mainstay                           serves on http://127.0.0.1:8080 from a SQLite file under ./data; the first start
                                     prints the owner's password and where the documentation is
  curl http://127.0.0.1:8080/health  says whether it is well";

/// The command line.
#[derive(Debug, Parser)]
#[command(name = "mainstay", version, about = "The back half of a SaaS in one program", long_about = INTRODUCTION)]
#[command(after_help = "`mainstay --help` explains more and lists every setting.", after_long_help = settings())]
pub(crate) struct Cli {
    /// Reads settings from FILE instead of mainstay.toml in the working directory.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// What to do; serves when nothing is said.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Runs the gateway until SIGTERM, then lets requests finish (the default).
    Serve,
    /// Makes the installation's owner, their workspace on the plan enterprise, and an API key with scope `*`.
    Setup(SetupArgs),
    /// Brings the database to this version and ends; `serve` does the same at its start.
    Migrate,
    #[command(about = "Prints the OpenAPI document of this version")]
    Openapi(OpenapiArgs),
    /// Checks settings, database, mail and clock, and says what is wrong.
    Doctor,
}

/// Who the owner is.
#[derive(Debug, Args)]
pub(crate) struct SetupArgs {
    /// The owner's email address, with which they log in.
    #[arg(long)]
    pub(crate) email: String,
    #[command(flatten)]
    password: PasswordArgs,
    /// The name of the owner's workspace.
    #[arg(long, value_name = "NAME")]
    pub(crate) workspace: String,
    /// Prints one JSON object: `user_id`, `workspace_id`, `workspace_slug`, `api_key`.
    #[arg(long)]
    pub(crate) json: bool,
}

impl SetupArgs {
    /// The owner's password, from wherever it was given; one line end behind it is taken off.
    ///
    /// # Errors
    /// When its file cannot be read.
    pub(crate) fn password(&self) -> io::Result<Secret<String>> {
        match (&self.password.password, &self.password.password_file) {
            (Some(password), _) => Ok(password.clone()),
            (None, Some(path)) => read_password(path),
            (None, None) => Err(io::Error::other("a password is needed")),
        }
    }
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct PasswordArgs {
    /// The owner's password; other users of this machine may see it here, so prefer a file.
    #[arg(long, value_parser = |text: &str| Ok::<_, io::Error>(Secret::new(text.to_owned())))]
    password: Option<Secret<String>>,
    /// A file that holds the owner's password; `-` for standard input.
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

/// What to do with the document.
#[derive(Debug, Args)]
pub(crate) struct OpenapiArgs {
    /// Compares the document with FILE and fails when they differ, instead of printing it.
    #[arg(long, value_name = "FILE")]
    pub(crate) check: Option<PathBuf>,
}

fn read_password(path: &Path) -> io::Result<Secret<String>> {
    let mut text = String::new();
    if path == Path::new("-") {
        io::stdin().read_to_string(&mut text)?;
    } else {
        text = std::fs::read_to_string(path)?;
    }
    let length = text.strip_suffix('\n').map_or(text.len(), |line| line.strip_suffix('\r').unwrap_or(line).len());
    text.truncate(length);
    Ok(Secret::new(text))
}

fn settings() -> String {
    format!(
        "Settings come from the environment, or without the prefix and in lower case from mainstay.toml\n\
         (listen = \"127.0.0.1:8080\"); the environment wins. A list is separated by commas, in the file it may be an\n\
         array. In brackets stands the default.\n\n{}",
        rows::help()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    const SETUP: [&str; 6] = ["mainstay", "setup", "--email", "a@example.com", "--workspace", "Acme"];

    fn setup(more: &[&str]) -> Result<SetupArgs, clap::Error> {
        match Cli::try_parse_from(SETUP.iter().chain(more))?.command {
            Some(Command::Setup(setup)) => Ok(setup),
            other => panic!("not setup: {other:?}"),
        }
    }

    #[test]
    fn the_commands_are_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn nothing_said_is_no_command_and_the_file_may_be_named_anywhere() {
        assert!(Cli::try_parse_from(["mainstay"]).expect("a command line").command.is_none());
        let cli = Cli::try_parse_from(["mainstay", "migrate", "--config", "a.toml"]).expect("a command line");
        assert_eq!(cli.config, Some("a.toml".into()));
    }

    #[test]
    fn help_tells_how_to_start_and_every_setting() {
        let help = Cli::command().render_long_help().to_string();
        for word in ["Two commands to start", "mainstay.toml", "setup", "doctor"] {
            assert!(help.contains(word), "{word}");
        }
        for row in rows::ROWS {
            assert!(help.contains(&row.variable()) && help.contains(row.meaning), "{}", row.name);
        }
    }

    #[test]
    fn a_setup_needs_exactly_one_password_and_never_prints_it() {
        assert!(setup(&[]).is_err());
        assert!(setup(&["--password", "hunter2", "--password-file", "p"]).is_err());
        let setup = setup(&["--password", "hunter2", "--json"]).expect("a setup");
        assert_eq!(setup.password().expect("a password").expose(), "hunter2");
        assert!(setup.json && !format!("{setup:?}").contains("hunter2"));
    }

    #[test]
    fn a_password_file_loses_one_line_end_and_no_more() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("password");
        for (text, expected) in [("a b \r\n", "a b "), ("a\n\n", "a\n"), ("a", "a"), ("\n", "")] {
            std::fs::write(&path, text).expect("written");
            let setup = setup(&["--password-file", path.to_str().expect("UTF-8")]).expect("a setup");
            assert_eq!(setup.password().expect("a password").expose(), expected);
        }
        assert!(setup(&["--password-file", "/absent"]).expect("a setup").password().is_err());
    }
}
