//! The registry of MCP servers: built in, or the operator's own.

use super::error::{ConfigError, toml_problem};
use mainstay_kernel::Secret;
use mainstay_mcp::ServerName;
use mainstay_mcp::servers::{AllowedCommand, Builtin, Definition, SecretTexts, Status, Target};
use serde::Deserialize;
use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use url::Url;

/// The registry that is used when no other is named.
const BUILT_IN: &str = include_str!("../../mcp.toml");

/// A registry file. Whatever it holds beyond this is an error, so that a misspelt word is not lost in silence.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default, rename = "server")]
    servers: Vec<ServerEntry>,
    #[serde(default, rename = "command")]
    commands: Vec<CommandEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ServerEntry {
    id: String,
    name: Option<String>,
    #[serde(default)]
    description: String,
    status: Option<String>,
    builtin: Option<String>,
    command: Option<String>,
    #[serde(default)]
    args: Vec<String>,
    #[serde(default)]
    env: BTreeMap<String, Secret<String>>,
    url: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, Secret<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CommandEntry {
    name: String,
    program: String,
    #[serde(default)]
    args: Vec<String>,
    #[serde(default)]
    takes_args: bool,
    #[serde(default)]
    env: Vec<String>,
}

/// What the file registers.
#[derive(Debug)]
pub(crate) struct Registry {
    pub(crate) servers: Vec<Definition>,
    pub(crate) commands: Vec<AllowedCommand>,
}

/// What `file` registers, or what is built in.
///
/// # Errors
/// When the file cannot be read, is not a registry, or contradicts itself.
pub(crate) fn load(file: Option<&Path>) -> Result<Registry, ConfigError> {
    let Some(path) = file else {
        return Ok(parse(BUILT_IN).expect("the built-in registry is sound"));
    };
    let refuse = |problem| ConfigError::File(path.to_owned(), problem);
    let text = std::fs::read_to_string(path).map_err(|error| refuse(error.to_string()))?;
    parse(&text).map_err(refuse)
}

fn parse(text: &str) -> Result<Registry, String> {
    let file: File = toml::from_str(text).map_err(|error| toml_problem(text, &error))?;
    let servers = file.servers.into_iter().map(ServerEntry::define).collect::<Result<Vec<_>, _>>()?;
    let mut names = HashSet::new();
    if let Some(twice) = servers.iter().find(|server| !names.insert(&server.name)) {
        return Err(format!("the server {:?} is there twice", twice.name.as_str()));
    }
    let commands: Vec<AllowedCommand> = file.commands.into_iter().map(CommandEntry::allow).collect();
    let mut names = HashSet::new();
    if let Some(twice) = commands.iter().find(|command| !names.insert(&command.name)) {
        return Err(format!("the command {:?} is there twice", twice.name));
    }
    Ok(Registry { servers, commands })
}

impl ServerEntry {
    fn define(self) -> Result<Definition, String> {
        let id = self.id;
        let of = |problem: String| format!("the server {id:?}: {problem}");
        let name: ServerName = id.parse().map_err(|wrong: mainstay_mcp::BadServerName| of(wrong.to_string()))?;
        let status = match &self.status {
            None => Status::default(),
            Some(word) => Status::of(word).ok_or_else(|| of(format!("{word:?} is no status")))?,
        };
        let has_process_words = !self.args.is_empty() || !self.env.is_empty();
        let (target, secrets) = match (self.builtin, self.command, self.url) {
            (Some(word), None, None) => {
                let unknown = || of(format!("{word:?} is not built in; {} are", Builtin::names().join(" and ")));
                (Target::Builtin(Builtin::named(&word).ok_or_else(unknown)?), SecretTexts::new())
            }
            (None, Some(command), None) => (Target::Process { command, arguments: self.args }, self.env),
            (None, None, Some(url)) if has_process_words => {
                return Err(of(format!("{url} takes neither args nor env")));
            }
            (None, None, Some(url)) => {
                let url = Url::parse(&url).map_err(|wrong| of(format!("{url:?} is no address: {wrong}")))?;
                (Target::Http { url }, self.headers)
            }
            _ => return Err(of("it has one of builtin, command and url".to_owned())),
        };
        let title = self.name.unwrap_or_else(|| id.clone());
        Ok(Definition { name, title, description: self.description, status, target, secrets })
    }
}

impl CommandEntry {
    fn allow(self) -> AllowedCommand {
        let Self { name, program, args, takes_args, env } = self;
        AllowedCommand { name, program, arguments: args, takes_arguments: takes_args, variables: env }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_registry_has_files_and_hosting() {
        let registry = load(None).expect("the built-in registry");
        let names: Vec<&str> = registry.servers.iter().map(|server| server.name.as_str()).collect();
        assert_eq!(names, ["filesystem", "hosting"]);
        assert!(registry.commands.is_empty(), "nothing is run unless the operator says so");
    }

    #[test]
    fn a_file_replaces_the_built_in_registry() {
        let text = "[[server]]\nid = 'time'\ncommand = 'clock'\nargs = ['--utc']\nenv = { TZ = 'UTC' }\n\n\
                    [[server]]\nid = 'docs'\nurl = 'https://docs.example.com/mcp'\nheaders = { A = 'b' }\nstatus = 'beta'\n\n\
                    [[command]]\nname = 'git'\nprogram = '/usr/bin/mcp-git'\ntakes_args = true\nenv = ['X']\n";
        let registry = parse(text).expect("a registry");
        assert_eq!(registry.servers[0].target.transport(), "stdio");
        assert_eq!(registry.servers[1].status, Status::Beta);
        assert_eq!(registry.commands[0].variables, ["X"]);
    }

    #[test]
    fn a_registry_that_cannot_be_used_says_where_and_why() {
        let cases = [
            ("[[server]]\nid = 'a'\ncommands = 'x'\n", "line 3: unknown field `commands`"),
            ("[[server]]\nid = 'A'\ncommand = 'x'\n", "the server \"A\": A server's name is"),
            ("[[server]]\nid = 'a'\n", "one of builtin, command and url"),
            ("[[server]]\nid = 'a'\ncommand = 'x'\nurl = 'https://b'\n", "one of builtin, command and url"),
            ("[[server]]\nid = 'a'\nbuiltin = 'shell'\n", "\"shell\" is not built in"),
            ("[[server]]\nid = 'a'\nurl = 'https://b'\nargs = ['c']\n", "neither args nor env"),
            ("[[server]]\nid = 'a'\ncommand = 'x'\nstatus = 'old'\n", "\"old\" is no status"),
            ("[[server]]\nid = 'a'\ncommand = 'x'\n[[server]]\nid = 'a'\ncommand = 'y'\n", "there twice"),
            ("[[command]]\nname = 'a'\nprogram = 'x'\n[[command]]\nname = 'a'\nprogram = 'y'\n", "there twice"),
        ];
        for (text, expected) in cases {
            let problem = parse(text).expect_err(expected);
            assert!(problem.contains(expected), "{problem}");
        }
    }
}
