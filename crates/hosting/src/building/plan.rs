//! How a repository is to be served, found out from what is in it.

use crate::deployments::FailureReason;
use crate::sites::{Settings, SourceKind};
use cap_std::ambient_authority;
use cap_std::fs::Dir;
use std::path::Path;

/// How a repository is served.
pub(super) enum Plan {
    /// The files of this folder are, as they lie there.
    Files(Dir),
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

impl Plan {
    /// Looks at a repository that lies in `source`. No link in it leads out of it, whatever the settings name.
    pub(super) fn find(source: &Path, settings: &Settings) -> Result<Self, Unplanned> {
        let repository = Dir::open_ambient_dir(source, ambient_authority())
            .map_err(|cause| (FailureReason::Internal, format!("The source cannot be read: {}", cause.kind())))?;
        let root = inner(&repository, settings.root_directory.as_str())?;
        must_not_run(settings)?;
        if let Some(output) = &settings.output_directory {
            return Ok(Self::Files(inner(&root, output.as_str())?));
        }
        let is_static = settings.kind == SourceKind::Static.name();
        if !is_static {
            must_be_files(&root)?;
        }
        let index = |folder: &str| Path::new(folder).join("index.html");
        match READY.iter().find(|folder| root.is_file(index(folder))) {
            Some(folder) => Ok(Self::Files(inner(&root, folder)?)),
            None if is_static => Ok(Self::Files(root)),
            None => Err((
                FailureReason::NothingDetected,
                "There is no index.html here: outputDirectory says where the files are, rootDirectory where the site is"
                    .to_owned(),
            )),
        }
    }
}

/// A folder within another.
fn inner(folder: &Dir, name: &str) -> Result<Dir, Unplanned> {
    let path = if name.is_empty() { "." } else { name };
    folder.open_dir(path).map_err(|_| (FailureReason::FolderNotFound, format!("The repository has no folder {path}")))
}

fn must_not_run(settings: &Settings) -> Result<(), Unplanned> {
    let commands = [
        ("installCommand", &settings.install_command),
        ("buildCommand", &settings.build_command),
        ("startCommand", &settings.start_command),
    ];
    let Some((name, _)) = commands.into_iter().find(|(_, command)| command.is_some()) else { return Ok(()) };
    let message = format!("{name} is set, and this version of Mainstay runs no program of a site: it serves files");
    Err((FailureReason::NotSupported, message))
}

fn must_be_files(root: &Dir) -> Result<(), Unplanned> {
    let Some((_, sort)) = PROGRAMS.iter().find(|(file, _)| root.is_file(file)) else { return Ok(()) };
    let message = format!(
        "This looks like {sort}, and this version of Mainstay runs no program of a site: it serves files. If they are ready \
        in the repository, outputDirectory says where, or the type is static"
    );
    Err((FailureReason::NotSupported, message))
}
