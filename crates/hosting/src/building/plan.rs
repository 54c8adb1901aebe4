//! How a repository is to be served, found out from what is in it.

use crate::deployments::FailureReason;
use crate::sites::{Settings, SourceKind};
use cap_std::ambient_authority;
use cap_std::fs::Dir;
use std::path::Path;

/// How a repository is served.
pub(super) enum Plan {
    /// Its files are, as they lie in this folder.
    Files(Dir),
    /// Its files are, once these commands have made them, one after the other.
    Built(Vec<String>),
}

/// Why it cannot be served.
pub(super) type Unplanned = (FailureReason, String);

/// What tells that a program is to run, and what sort of program it is.
const PROGRAMS: [(&str, &str); 9] = [
    ("Procfile", "a Procfile"),
    ("requirements.txt", "a Python program"),
    ("pyproject.toml", "a Python program"),
    ("Cargo.toml", "a Rust program"),
    ("go.mod", "a Go program"),
    ("Gemfile", "a Ruby program"),
    ("composer.json", "a PHP program"),
    ("Dockerfile", "a Dockerfile"),
    ("package.json", "a Node.js package"),
];

/// Where files lie that are ready to be served, the likeliest first.
const READY: [&str; 6] = ["", "public", "dist", "_site", "build", "docs"];
/// Where files lie that were just made.
const MADE: [&str; 6] = ["dist", "build", "out", "_site", "public", ""];

impl Plan {
    /// Looks at a repository that lies in `source`. No link in it leads out of it, whatever the settings name.
    pub(super) fn find(source: &Path, settings: &Settings) -> Result<Self, Unplanned> {
        let root = root(source, settings)?;
        must_not_start(settings)?;
        let commands = [&settings.install_command, &settings.build_command];
        let commands: Vec<_> = commands.into_iter().flatten().cloned().collect();
        if !commands.is_empty() {
            return Ok(Self::Built(commands));
        }
        if settings.output_directory.is_none() && settings.kind != SourceKind::Static.name() {
            must_be_files(&root)?;
        }
        files(root, settings, &READY).map(Self::Files)
    }

    /// Where the files of a repository lie that its commands have made.
    pub(super) fn made(source: &Path, settings: &Settings) -> Result<Dir, Unplanned> {
        files(root(source, settings)?, settings, &MADE)
    }
}

fn root(source: &Path, settings: &Settings) -> Result<Dir, Unplanned> {
    let repository = Dir::open_ambient_dir(source, ambient_authority())
        .map_err(|cause| (FailureReason::Internal, format!("The source cannot be read: {}", cause.kind())))?;
    inner(&repository, settings.root_directory.as_str())
}

/// A folder within another.
fn inner(folder: &Dir, name: &str) -> Result<Dir, Unplanned> {
    let path = if name.is_empty() { "." } else { name };
    folder.open_dir(path).map_err(|_| (FailureReason::FolderNotFound, format!("The repository has no folder {path}")))
}

/// Where the settings say that the files are, or else where they usually are.
fn files(root: Dir, settings: &Settings, usual: &[&str]) -> Result<Dir, Unplanned> {
    if let Some(output) = &settings.output_directory {
        return inner(&root, output.as_str());
    }
    let index = |folder: &str| Path::new(folder).join("index.html");
    match usual.iter().find(|folder| root.is_file(index(folder))) {
        Some(folder) => inner(&root, folder),
        None if settings.kind == SourceKind::Static.name() => Ok(root),
        None => Err((
            FailureReason::NothingDetected,
            "There is no index.html here: outputDirectory says where the files are, rootDirectory where the site is"
                .to_owned(),
        )),
    }
}

fn must_not_start(settings: &Settings) -> Result<(), Unplanned> {
    if settings.start_command.is_none() {
        return Ok(());
    }
    let message = "startCommand is set, and this version of Mainstay keeps no program of a site running: it serves files, \
        which installCommand and buildCommand may make";
    Err((FailureReason::NotSupported, message.to_owned()))
}

fn must_be_files(root: &Dir) -> Result<(), Unplanned> {
    let Some((_, sort)) = PROGRAMS.iter().find(|(file, _)| root.is_file(file)) else { return Ok(()) };
    let message = format!(
        "This looks like {sort}, and this version of Mainstay keeps no program of a site running: it serves files. \
        buildCommand may make them; if they are ready in the repository, outputDirectory says where, or the type is static"
    );
    Err((FailureReason::NotSupported, message))
}
