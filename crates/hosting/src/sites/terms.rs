//! What a site's settings must be like.

use super::label;
use super::model::SiteChange;
use super::settings::{HealthCheck, HealthKind, Resources, Settings, SourceKind};
use super::token;
use crate::egress::Hosts;
use crate::folder::Folder;
use crate::image::ImageName;
use crate::repository::{Allowed, Repository};
use crate::revision::{is_branch, is_commit};
use mainstay_kernel::{FieldError, Patch};
use std::ops::RangeInclusive;

/// What was found wrong, field by field.
#[derive(Debug, Default)]
pub(crate) struct Complaints(Vec<FieldError>);

impl Complaints {
    pub(crate) fn add(&mut self, field: &str, rule: &str, message: impl Into<String>) {
        self.0.push(FieldError::new(field, rule, message));
    }

    fn unless(&mut self, is_right: bool, field: &str, rule: &str, message: impl FnOnce() -> String) {
        if !is_right {
            self.add(field, rule, message());
        }
    }

    pub(crate) fn extend(&mut self, more: Vec<FieldError>) {
        self.0.extend(more);
    }

    pub(crate) fn end(self) -> Result<(), Vec<FieldError>> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0) }
    }
}

/// Longest command, in characters.
const LONGEST_COMMAND: usize = 2000;
/// Most paths to watch.
const MOST_WATCHED: usize = 100;
/// Most hosts that a program may reach, unless it may reach any.
const MOST_HOSTS: usize = 100;
/// Ports that need no privilege.
const PORTS: RangeInclusive<u16> = 1024..=65535;
/// After how many minutes without a visitor a program may be put to sleep.
const SLEEPS: RangeInclusive<u16> = 5..=1440;

pub(crate) fn check_name(name: &str, complaints: &mut Complaints) {
    complaints.unless(label::is_name(name), "name", "pattern", || {
        "name must have 1 to 63 small letters, digits and hyphens, and begin and end with a letter or digit".to_owned()
    });
}

/// Looks at what is to change, and puts each address and path into its one form.
pub(crate) fn check(change: &mut SiteChange, allowed: Allowed, complaints: &mut Complaints) {
    if let Some(name) = &change.name {
        check_name(name, complaints);
    }
    if let Some(address) = &mut change.repository {
        match Repository::parse(address, allowed) {
            Ok(_) => *address = address.trim().to_owned(),
            Err(message) => complaints.add("repository", "format", message),
        }
    }
    if let Some(name) = &mut change.image {
        match ImageName::parse(name) {
            Ok(read) => *name = read.to_string(),
            Err(message) => complaints.add("image", "format", message),
        }
    }
    if let Some(own) = change.repository_token.value() {
        token::check(own.expose(), complaints);
    }
    check_revision(change, complaints);
    if let Some(port) = change.port {
        complaints.unless(PORTS.contains(&port), "port", "range", || "port must be 1024 to 65535".to_owned());
    }
    let commands = [
        ("installCommand", &change.install_command),
        ("buildCommand", &change.build_command),
        ("startCommand", &change.start_command),
    ];
    for (field, command) in commands {
        check_command(field, command.value(), complaints);
    }
    for (field, folder) in [("rootDirectory", &change.root_directory), ("outputDirectory", &change.output_directory)] {
        let is_folder = folder.value().is_none_or(|text| Folder::parse(text).is_some());
        complaints.unless(is_folder, field, "path", || format!("{field} must be a folder within the repository"));
    }
    if let Some(minutes) = change.sleep_after.value() {
        complaints.unless(SLEEPS.contains(minutes), "sleepAfterMinutes", "range", || {
            format!("sleepAfterMinutes must be {} to {}, or null", SLEEPS.start(), SLEEPS.end())
        });
    }
    check_watched(change.watch_paths.value(), complaints);
    check_health(change.health_check.value(), complaints);
    check_resources(change.resources.value(), complaints);
    check_hosts(change.egress_hosts.value(), complaints);
}

/// Checks that a new site names what it comes from.
pub(crate) fn check_source(kind: SourceKind, change: &SiteChange, complaints: &mut Complaints) {
    check_change(kind, change, complaints);
    if kind == SourceKind::Image {
        complaints.unless(change.image.is_some(), "image", "required", || "image is required".to_owned());
    }
}

/// Checks that what is to change is what a site of this kind has.
pub(crate) fn check_change(kind: SourceKind, change: &SiteChange, complaints: &mut Complaints) {
    if kind != SourceKind::Image {
        let has_none = change.image.is_none();
        complaints.unless(has_none, "image", "prohibited", || "image goes with the type image alone".to_owned());
        return;
    }
    let given = [
        ("repository", change.repository.is_some()),
        ("repositoryToken", change.repository_token.value().is_some()),
        ("branch", change.branch.value().is_some()),
        ("commit", change.commit.value().is_some()),
        ("installCommand", change.install_command.value().is_some()),
        ("buildCommand", change.build_command.value().is_some()),
        ("rootDirectory", change.root_directory.value().is_some()),
        ("outputDirectory", change.output_directory.value().is_some()),
        ("watchPaths", change.watch_paths.value().is_some()),
    ];
    complaints
        .extend(given.into_iter().filter(|(_, is_given)| *is_given).map(|(field, _)| without_git(field)).collect());
}

/// Checks that there is who runs a site of this kind.
pub(crate) fn check_engine(kind: SourceKind, has_containers: bool, complaints: &mut Complaints) {
    let is_run = kind != SourceKind::Image || has_containers;
    complaints.unless(is_run, "type", "in", || format!("type must not be image: {NO_ENGINE}"));
}

/// Why images cannot be run.
const NO_ENGINE: &str = "this installation has no container engine, which MAINSTAY_HOSTING_CONTAINER_ENGINE names";

/// What is wrong with a field of git's that is given for an image.
pub(crate) fn without_git(field: &str) -> FieldError {
    FieldError::new(field, "prohibited", format!("{field} does not go with the type image"))
}

/// Checks what a single deployment may differ in.
pub(crate) fn check_revision(change: &SiteChange, complaints: &mut Complaints) {
    let is_named = change.branch.value().is_none_or(|name| is_branch(name));
    complaints.unless(is_named, "branch", "format", || {
        "branch must be the name of a branch or tag, and not begin with a hyphen".to_owned()
    });
    let is_known = change.commit.value().is_none_or(|text| is_commit(text));
    complaints.unless(is_known, "commit", "format", || "commit must be 40 hexadecimal digits".to_owned());
}

fn check_command(field: &str, command: Option<&String>, complaints: &mut Complaints) {
    let Some(command) = command else { return };
    let has_length = (1..=LONGEST_COMMAND).contains(&command.trim().chars().count());
    complaints.unless(has_length && !command.contains('\0'), field, "length", || {
        format!("{field} must have 1 to {LONGEST_COMMAND} characters, or be null")
    });
}

fn check_watched(paths: Option<&Vec<String>>, complaints: &mut Complaints) {
    let Some(paths) = paths else { return };
    complaints.unless(paths.len() <= MOST_WATCHED, "watchPaths", "max", || {
        format!("watchPaths may have up to {MOST_WATCHED} patterns")
    });
    for (place, path) in paths.iter().enumerate() {
        let is_pattern = Folder::parse(path.trim_start_matches('!')).is_some_and(|folder| !folder.is_whole());
        complaints.unless(is_pattern, &format!("watchPaths.{place}"), "path", || {
            "A pattern in watchPaths must stay within the repository".to_owned()
        });
    }
}

fn check_health(check: Option<&HealthCheck>, complaints: &mut Complaints) {
    let Some(check) = check else { return };
    let is_path = check.kind == HealthKind::Tcp
        || (check.path.starts_with('/')
            && check.path.len() <= 500
            && check.path.bytes().all(|byte| byte.is_ascii_graphic()));
    complaints.unless(is_path, "healthCheck.path", "path", || {
        "healthCheck.path must begin with a slash and have up to 500 visible characters".to_owned()
    });
    let spans = [
        ("timeoutSeconds", check.timeout_seconds, 1..=60),
        ("intervalSeconds", check.interval_seconds, 1..=300),
        ("startupSeconds", check.startup_seconds, 1..=900),
    ];
    for (field, value, range) in spans {
        complaints.unless(range.contains(&value), &format!("healthCheck.{field}"), "range", || {
            format!("healthCheck.{field} must be {} to {}", range.start(), range.end())
        });
    }
}

fn check_resources(resources: Option<&Resources>, complaints: &mut Complaints) {
    let Some(resources) = resources else { return };
    let amounts = [
        ("memoryMb", resources.memory_mb, 32..=65_536),
        ("cpu", resources.cpu_milli, 50..=64_000),
        ("diskMb", resources.disk_mb, 16..=1_048_576),
        ("processes", resources.processes, 4..=4096),
    ];
    for (field, value, range) in amounts {
        let (least, most) = (f64::from(*range.start()), f64::from(*range.end()));
        let scale = if field == "cpu" { 1000.0 } else { 1.0 };
        complaints.unless(range.contains(&value), &format!("resources.{field}"), "range", || {
            format!("resources.{field} must be {} to {}", least / scale, most / scale)
        });
    }
}

fn check_hosts(hosts: Option<&Vec<String>>, complaints: &mut Complaints) {
    let Some(hosts) = hosts else { return };
    complaints.unless(hosts.len() <= MOST_HOSTS, "egressHosts", "max", || {
        format!("egressHosts may have up to {MOST_HOSTS} hosts; a single * is for any")
    });
    let is_any = hosts.len() == 1 && hosts[0] == "*";
    for (place, host) in hosts.iter().enumerate() {
        let is_name = is_any || (!host.contains(',') && host != "*" && Hosts::parse(host).is_ok());
        complaints.unless(is_name, &format!("egressHosts.{place}"), "host", || {
            "egressHosts takes names of hosts such as api.example.com or *.example.com, or a single *".to_owned()
        });
    }
}

impl Settings {
    /// Hosts that its program reaches, if any.
    pub(crate) fn egress(&self) -> Option<Hosts> {
        // What was kept was looked at before; what cannot be read any longer is no host.
        (!self.egress_hosts.is_empty()).then(|| Hosts::parse(&self.egress_hosts.join(",")).unwrap_or(Hosts::none()))
    }

    /// Takes on what a checked change says.
    pub(crate) fn apply(&mut self, change: SiteChange) {
        set(&mut self.repository, change.repository);
        self.image = change.image.or(self.image.take());
        set(&mut self.port, change.port);
        patch(&mut self.branch, change.branch);
        patch(&mut self.commit, change.commit);
        patch(&mut self.install_command, change.install_command);
        patch(&mut self.build_command, change.build_command);
        patch(&mut self.start_command, change.start_command);
        let folder = |text: String| Folder::parse(&text).unwrap_or_default();
        patch_or(&mut self.root_directory, change.root_directory.map(folder));
        patch(&mut self.output_directory, change.output_directory.map(folder));
        patch_or(&mut self.watch_paths, change.watch_paths);
        patch_or(&mut self.health_check, change.health_check);
        patch_or(&mut self.resources, change.resources);
        patch_or(&mut self.egress_hosts, change.egress_hosts);
    }
}

fn set<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}

fn patch<T>(field: &mut Option<T>, change: Patch<T>) {
    if let Some(value) = change.into_change() {
        *field = value;
    }
}

/// Clears to what is usual.
fn patch_or<T: Default>(field: &mut T, change: Patch<T>) {
    if let Some(value) = change.into_change() {
        *field = value.unwrap_or_default();
    }
}
