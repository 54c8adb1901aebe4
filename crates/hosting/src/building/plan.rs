//! How a repository is to be built and answered with, found out from what is in it and what the settings say.

use super::recipe::Recipe;
use crate::deployments::{FailureReason, Program};
use crate::sites::{Settings, SourceKind};
use cap_std::ambient_authority;
use cap_std::fs::Dir;
use std::path::Path;

/// What is to be done with a repository.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Plan {
    /// What sort of repository it is, for people.
    pub(super) sort: &'static str,
    /// The commands that build it, one after the other.
    pub(super) commands: Vec<String>,
    /// The program that answers visitors; without one its files do.
    pub(super) program: Option<Program>,
}

/// Why it cannot be served.
pub(super) type Unplanned = (FailureReason, String);

/// What tells that a program is to run for which there is no recipe, and what sort of program it is.
const OTHERS: [(&str, &str); 3] =
    [("Gemfile", "a Ruby program"), ("composer.json", "a PHP program"), ("Dockerfile", "a Dockerfile")];

/// Where files lie that are ready to be served, the likeliest first.
const READY: [&str; 6] = ["", "public", "dist", "_site", "build", "docs"];
/// Where files lie that were just made.
const MADE: [&str; 6] = ["dist", "build", "out", "_site", "public", ""];

impl Plan {
    /// Looks at a repository that lies in `source`. No link in it leads out of it, whatever the settings name.
    pub(super) fn find(source: &Path, settings: &Settings) -> Result<Self, Unplanned> {
        let root = root(source, settings)?;
        let is_static = settings.kind == SourceKind::Static.name();
        let recipe = if is_static { None } else { Recipe::find(&root) };
        let sort = recipe.as_ref().map_or("files", |recipe| recipe.sort);
        let recipe = recipe.unwrap_or_default();
        // Whoever says where the files are wants files.
        let detected = recipe.start.filter(|_| settings.output_directory.is_none());
        let start = settings.start_command.clone().or(detected);
        let install = settings.install_command.clone().or(recipe.install);
        let build = settings.build_command.clone().or(recipe.build);
        let shrink = recipe.shrink.filter(|_| start.is_some() && settings.build_command.is_none());
        if start.is_none() && install.is_none() && build.is_none() && !is_static {
            must_be_files(&root, settings)?;
        }
        let program = start.map(|start| Program { command: with_programs(recipe.programs, start), image: None });
        Ok(Self { sort, commands: [install, build, shrink].into_iter().flatten().collect(), program })
    }

    /// Where the files lie that are to be served, once the commands have run.
    pub(super) fn files(&self, source: &Path, settings: &Settings) -> Result<Dir, Unplanned> {
        let usual = if self.commands.is_empty() { &READY } else { &MADE };
        files(root(source, settings)?, settings, usual)
    }
}

/// Lets a command find the programs that its repository brought along, and take the shell's place where it is one command
/// alone: then it is told itself when it is to end.
fn with_programs(folder: Option<&str>, command: String) -> String {
    let command = as_one_program(command);
    match folder {
        Some(folder) => format!("export PATH=\"$PWD/{folder}:$PATH\"; {command}"),
        None => command,
    }
}

/// Lets a command take the shell's place where it is one program alone.
pub(super) fn as_one_program(command: String) -> String {
    if is_one_program(&command) { format!("exec {command}") } else { command }
}

/// Whether a command is the call of one program and nothing else, as far as can be told by looking.
fn is_one_program(command: &str) -> bool {
    const OF_THE_SHELL: [&str; 19] = [
        "!", ".", ":", "case", "cd", "eval", "exec", "exit", "export", "for", "if", "set", "source", "test", "trap",
        "ulimit", "umask", "until", "while",
    ];
    let first = command.split_whitespace().next().unwrap_or_default();
    let has_operators = command.contains(['\n', ';', '&', '|', '<', '>', '(', ')', '{', '}', '`', '#']);
    !has_operators && !first.contains(['=', '"', '\'']) && !first.is_empty() && !OF_THE_SHELL.contains(&first)
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
            "There is no index.html here and nothing that says how to run a program: outputDirectory says where files \
            are, startCommand what runs, rootDirectory where in the repository the site is"
                .to_owned(),
        )),
    }
}

fn must_be_files(root: &Dir, settings: &Settings) -> Result<(), Unplanned> {
    let other = OTHERS.iter().find(|(file, _)| root.is_file(file) && settings.output_directory.is_none());
    let Some((_, sort)) = other else { return Ok(()) };
    let message = format!(
        "This looks like {sort}, for which Mainstay has no recipe: installCommand, buildCommand and startCommand say how \
        it is built and run; if files of it are to be served, outputDirectory says where they are"
    );
    Err((FailureReason::NothingDetected, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_program_takes_the_shells_place_and_what_is_more_does_not() {
        for one in ["node server.js", "./run --port $PORT", "gunicorn --bind 127.0.0.1:$PORT 'app:app'"] {
            assert_eq!(with_programs(None, one.to_owned()), format!("exec {one}"));
        }
        for more in ["a && b", "A=1 node x", "cd web", "a; b", "if true", "a > b", "exec a", "\"a b\""] {
            assert_eq!(with_programs(None, more.to_owned()), more);
        }
        let found = with_programs(Some("bin"), "run".to_owned());
        assert_eq!(found, "export PATH=\"$PWD/bin:$PATH\"; exec run");
    }
}
