//! What may be said of a server.

use super::model::{AllowedCommand, Definition, NewServer, Policy, SecretTexts, ServerChange, Status, Target};
use crate::model::ServerName;
use mainstay_kernel::{FieldError, Patch};
use std::collections::BTreeSet;
use url::Url;

const MOST_TITLE: usize = 255;
const MOST_DESCRIPTION: usize = 2_000;
const MOST_URL: usize = 2_048;
const MOST_ARGUMENTS: usize = 64;
const MOST_SECRETS: usize = 32;
const MOST_TEXT: usize = 4_096;
const MOST_PATTERNS: usize = 500;
const MOST_PATTERN: usize = 128;

/// Headers that the protocol or the connection sets.
const OURS: [&str; 10] = [
    "accept",
    "connection",
    "content-length",
    "content-type",
    "host",
    "last-event-id",
    "mcp-protocol-version",
    "mcp-session-id",
    "te",
    "transfer-encoding",
];

/// Variables that would make another program of the one that the operator allows, or that are set for it.
const NEVER: [&str; 7] = ["HOME", "LD_LIBRARY_PATH", "LD_PRELOAD", "NODE_OPTIONS", "PATH", "PYTHONPATH", "TMPDIR"];

/// Gathers what is wrong, so that a caller hears of all of it at once.
#[derive(Default)]
pub(super) struct Complaints(Vec<FieldError>);

impl Complaints {
    pub(super) fn add(&mut self, field: impl Into<String>, rule: &str, message: impl Into<String>) {
        self.0.push(FieldError::new(field, rule, message));
    }

    /// What was complained of, if anything was.
    pub(super) fn end(self) -> Result<(), Vec<FieldError>> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0) }
    }

    fn check_length(&mut self, field: &str, text: &str, most: usize) {
        if text.chars().count() > most {
            self.add(field, "maxLength", format!("The {field} may not be longer than {most} characters."));
        }
    }
}

/// The definition of a new server, if all that is said of it can be.
pub(super) fn define(new: &NewServer, commands: &[AllowedCommand], complaints: &mut Complaints) -> Option<Definition> {
    let name: Option<ServerName> = match new.name.parse() {
        Ok(name) => Some(name),
        Err(wrong) => {
            complaints.add("id", "regex", wrong.to_string());
            None
        }
    };
    let (target, secrets) = match (&new.command, &new.url) {
        (Some(_), Some(_)) | (None, None) => {
            complaints.add("url", "required", "A server has either a command or a URL.");
            return None;
        }
        (Some(command), None) => {
            refuse(new.headers.is_some(), "headers", "Only a server with a URL takes headers.", complaints);
            let arguments = new.arguments.clone().unwrap_or_default();
            let target = Target::Process { command: command.clone(), arguments };
            (target, new.variables.clone().unwrap_or_default())
        }
        (None, Some(url)) => {
            let takes_none = "Only a server with a command takes them.";
            refuse(new.arguments.is_some(), "args", takes_none, complaints);
            refuse(new.variables.is_some(), "env", takes_none, complaints);
            let url = parsed(url, complaints)?;
            (Target::Http { url }, new.headers.clone().unwrap_or_default())
        }
    };
    let title = new.title.clone().unwrap_or_else(|| new.name.clone());
    let status = status(new.status.as_deref(), complaints);
    let description = new.description.clone().unwrap_or_default();
    let definition = Definition { name: name?, title, description, status: status?, target, secrets };
    check(&definition, commands, complaints);
    Some(definition)
}

/// The definition as it is after a change.
pub(super) fn redefine(
    mut definition: Definition,
    change: &ServerChange,
    commands: &[AllowedCommand],
    complaints: &mut Complaints,
) -> Definition {
    if let Some(title) = &change.title {
        definition.title.clone_from(title);
    }
    if let Some(description) = &change.description {
        definition.description.clone_from(description);
    }
    if change.status.is_some() {
        definition.status = status(change.status.as_deref(), complaints).unwrap_or_default();
    }
    let is_process = matches!(definition.target, Target::Process { .. });
    retarget(&mut definition.target, change, complaints);
    let (taken, other, word) = if is_process {
        (&change.variables, &change.headers, "headers")
    } else {
        (&change.headers, &change.variables, "env")
    };
    refuse(!matches!(other, Patch::Keep), word, "This server takes none.", complaints);
    match taken {
        Patch::Keep => {}
        Patch::Clear => definition.secrets = SecretTexts::new(),
        Patch::Set(secrets) => definition.secrets.clone_from(secrets),
    }
    check(&definition, commands, complaints);
    definition
}

fn retarget(target: &mut Target, change: &ServerChange, complaints: &mut Complaints) {
    match target {
        Target::Process { command, arguments } => {
            refuse(change.url.is_some(), "url", "This server has a command and no URL.", complaints);
            if let Some(new) = &change.command {
                command.clone_from(new);
            }
            if let Some(new) = &change.arguments {
                arguments.clone_from(new);
            }
        }
        Target::Http { url } => {
            refuse(change.command.is_some(), "command", "This server has a URL and no command.", complaints);
            refuse(change.arguments.is_some(), "args", "This server has a URL and no command.", complaints);
            if let Some(new) = change.url.as_ref().and_then(|text| parsed(text, complaints)) {
                *url = new;
            }
        }
        Target::Builtin(_) => {}
    }
}

/// Adds what a change says of the policy.
pub(super) fn restrict(mut policy: Policy, change: &ServerChange) -> Policy {
    if let Some(is_enabled) = change.is_enabled {
        policy.is_enabled = is_enabled;
    }
    match &change.allowed_tools {
        Patch::Keep => {}
        Patch::Clear => policy.allowed_tools = None,
        Patch::Set(allowed) => policy.allowed_tools = Some(allowed.clone()),
    }
    if let Some(denied) = &change.denied_tools {
        policy.denied_tools.clone_from(denied);
    }
    policy
}

/// Looks at the names of tools that may and may not be called.
pub(super) fn check_policy(policy: &Policy, complaints: &mut Complaints) {
    let allowed = policy.allowed_tools.as_deref().unwrap_or_default();
    for (field, patterns) in [("allowed_tools", allowed), ("denied_tools", &policy.denied_tools)] {
        if patterns.len() > MOST_PATTERNS {
            complaints.add(field, "maxItems", format!("At most {MOST_PATTERNS} tools can be named."));
        }
        for (position, pattern) in patterns.iter().enumerate() {
            if pattern.is_empty() || pattern.chars().count() > MOST_PATTERN || pattern.contains(char::is_control) {
                let message = format!("The name of a tool has 1 to {MOST_PATTERN} characters.");
                complaints.add(format!("{field}.{position}"), "length", message);
            }
        }
    }
}

fn check(definition: &Definition, commands: &[AllowedCommand], complaints: &mut Complaints) {
    if definition.title.trim().is_empty() {
        complaints.add("name", "required", "The name field is required.");
    }
    complaints.check_length("name", &definition.title, MOST_TITLE);
    complaints.check_length("description", &definition.description, MOST_DESCRIPTION);
    if definition.secrets.len() > MOST_SECRETS {
        complaints.add("env", "maxItems", format!("At most {MOST_SECRETS} can be given."));
    }
    match &definition.target {
        Target::Process { command, arguments } => {
            let Some(allowed) = commands.iter().find(|allowed| allowed.name == *command) else {
                complaints.add("command", "in", told_of(commands));
                return;
            };
            check_arguments(allowed, arguments, complaints);
            check_variables(allowed, &definition.secrets, complaints);
        }
        Target::Http { url } => {
            complaints.check_length("url", url.as_str(), MOST_URL);
            check_headers(&definition.secrets, complaints);
        }
        Target::Builtin(_) => {}
    }
}

fn told_of(commands: &[AllowedCommand]) -> String {
    let names: Vec<&str> = commands.iter().map(|allowed| allowed.name.as_str()).collect();
    match names.as_slice() {
        [] => "The operator of this installation allows no commands.".to_owned(),
        names => format!("The command must be one of those that the operator allows: {}.", names.join(", ")),
    }
}

fn check_arguments(allowed: &AllowedCommand, arguments: &[String], complaints: &mut Complaints) {
    if !allowed.takes_arguments && !arguments.is_empty() {
        complaints.add("args", "forbidden", "The operator allows this command no further arguments.");
    }
    if arguments.len() > MOST_ARGUMENTS {
        complaints.add("args", "maxItems", format!("At most {MOST_ARGUMENTS} arguments can be given."));
    }
    for (position, argument) in arguments.iter().enumerate() {
        if argument.len() > MOST_TEXT || argument.contains('\0') {
            complaints.add(format!("args.{position}"), "length", format!("An argument has at most {MOST_TEXT} bytes."));
        }
    }
}

fn check_variables(allowed: &AllowedCommand, variables: &SecretTexts, complaints: &mut Complaints) {
    for (name, value) in variables {
        let field = format!("env.{name}");
        let is_allowed = allowed.variables.iter().any(|known| known == name);
        if !is_allowed || NEVER.contains(&name.as_str()) {
            complaints.add(&field, "in", "The operator does not let this command be given that variable.");
        }
        if value.expose().len() > MOST_TEXT || value.expose().contains('\0') {
            complaints.add(field, "length", format!("A variable has at most {MOST_TEXT} bytes."));
        }
    }
}

fn check_headers(headers: &SecretTexts, complaints: &mut Complaints) {
    let mut seen = BTreeSet::new();
    for (name, value) in headers {
        let field = format!("headers.{name}");
        let small = name.to_ascii_lowercase();
        let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if name.is_empty() || name.len() > 128 || !name.bytes().all(is_token) {
            complaints.add(&field, "regex", "That is no name of a header.");
        }
        if OURS.contains(&small.as_str()) {
            complaints.add(&field, "in", "This header is set by the gateway.");
        }
        if !seen.insert(small) {
            complaints.add(&field, "unique", "A header can be given once.");
        }
        let plain = |byte: u8| byte == b'\t' || (byte >= b' ' && byte != 0x7f);
        if value.expose().len() > MOST_TEXT || !value.expose().bytes().all(plain) {
            complaints.add(field, "length", format!("The value of a header is a line of at most {MOST_TEXT} bytes."));
        }
    }
}

fn status(word: Option<&str>, complaints: &mut Complaints) -> Option<Status> {
    let Some(word) = word else { return Some(Status::default()) };
    let status = Status::of(word);
    if status.is_none() {
        complaints.add("status", "in", "The status must be one of available, beta, deprecated.");
    }
    status
}

fn parsed(text: &str, complaints: &mut Complaints) -> Option<Url> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if url.is_none() {
        complaints.add("url", "format", "The URL must be an address that begins with https://.");
    }
    let url = url?;
    if !url.username().is_empty() || url.password().is_some() {
        complaints.add("url", "format", "The URL may hold no credentials: give them as a header.");
    }
    Some(url)
}

fn refuse(is_said: bool, field: &str, message: &str, complaints: &mut Complaints) {
    if is_said {
        complaints.add(field, "forbidden", message);
    }
}
