//! How programs of different sorts are usually built and run, found out from the files of a repository.

use cap_std::fs::Dir;
use serde::Deserialize;
use std::collections::BTreeMap;

/// How a repository is built and run. What is none needs nothing done, or is not known.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Recipe {
    /// What sort of program it is, for people.
    pub(super) sort: &'static str,
    /// What fetches what it needs.
    pub(super) install: Option<String>,
    /// What builds it.
    pub(super) build: Option<String>,
    /// What drops what only the build needed.
    pub(super) shrink: Option<String>,
    /// What runs it.
    pub(super) start: Option<String>,
    /// Where, in the repository, programs are that it brought along.
    pub(super) programs: Option<&'static str>,
}

impl Recipe {
    /// Looks at a repository. A `Procfile` says how to run it, whatever sort of program it is.
    pub(super) fn find(root: &Dir) -> Option<Self> {
        let found = node(root).or_else(|| python(root)).or_else(|| rust(root)).or_else(|| go(root));
        let Some(start) = root.read_to_string("Procfile").ok().and_then(|text| web(&text)) else { return found };
        let unknown = Self { sort: "a Procfile", ..Self::default() };
        Some(Self { start: Some(start), ..found.unwrap_or(unknown) })
    }
}

/// The process that answers visitors, by its usual name.
fn web(procfile: &str) -> Option<String> {
    let command = procfile.lines().find_map(|line| line.trim().strip_prefix("web:"))?.trim();
    (!command.is_empty()).then(|| command.to_owned())
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Package {
    main: Option<String>,
    scripts: BTreeMap<String, String>,
    dependencies: BTreeMap<String, serde_json::Value>,
    #[serde(rename = "devDependencies")]
    dev_dependencies: BTreeMap<String, serde_json::Value>,
}

fn node(root: &Dir) -> Option<Recipe> {
    let package: Package = serde_json::from_str(&root.read_to_string("package.json").ok()?).unwrap_or_default();
    Some(Recipe {
        sort: "a Node.js program",
        install: node_install(root, &package).map(str::to_owned),
        build: package.scripts.contains_key("build").then(|| "npm run build".to_owned()),
        shrink: None,
        start: node_start(root, &package),
        programs: Some("node_modules/.bin"),
    })
}

fn node_install(root: &Dir, package: &Package) -> Option<&'static str> {
    let locks = [
        ("package-lock.json", "npm ci"),
        ("npm-shrinkwrap.json", "npm ci"),
        ("yarn.lock", "yarn install --frozen-lockfile"),
        ("pnpm-lock.yaml", "pnpm install --frozen-lockfile"),
    ];
    let locked = locks.into_iter().find(|(lock, _)| root.is_file(lock)).map(|(_, command)| command);
    let needs_any = !package.dependencies.is_empty() || !package.dev_dependencies.is_empty();
    locked.or_else(|| needs_any.then_some("npm install"))
}

/// The script itself where nothing is to run before it: npm takes longer to begin than most programs.
fn node_start(root: &Dir, package: &Package) -> Option<String> {
    if let Some(script) = package.scripts.get("start") {
        let is_more = ["prestart", "poststart"].iter().any(|name| package.scripts.contains_key(*name));
        return Some(if is_more { "npm start".to_owned() } else { script.clone() });
    }
    let main = package.main.as_deref().filter(|main| is_plain(main) && root.is_file(main));
    // With a page of its own it is more likely a site that Node.js only builds.
    let is_site = root.is_file("index.html") || package.scripts.contains_key("build");
    let usual = ["server.js", "app.js", "index.js"].into_iter().find(|file| root.is_file(file));
    let file = usual.filter(|file| *file == "server.js" || !is_site).or(main.filter(|_| !is_site))?;
    Some(format!("node {file}"))
}

/// Whether a name means the same to a shell.
fn is_plain(name: &str) -> bool {
    !name.starts_with('-') && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "._-/".contains(letter))
}

fn python(root: &Dir) -> Option<Recipe> {
    let requirements = root.read_to_string("requirements.txt").ok();
    let project = root.read_to_string("pyproject.toml").ok();
    let needed = requirements.as_ref().or(project.as_ref())?.to_lowercase();
    let what = if requirements.is_some() { "-r requirements.txt" } else { "." };
    Some(Recipe {
        sort: "a Python program",
        install: Some(format!("python3 -m venv .venv && .venv/bin/pip install {what}")),
        build: None,
        shrink: None,
        start: python_start(root, &needed),
        programs: Some(".venv/bin"),
    })
}

fn python_start(root: &Dir, needed: &str) -> Option<String> {
    let module =
        ["app", "main", "wsgi", "asgi", "server"].into_iter().find(|name| root.is_file(format!("{name}.py")))?;
    let needs = |name: &str| needed.contains(name);
    Some(if needs("gunicorn") {
        format!("gunicorn --bind 127.0.0.1:$PORT {module}:app")
    } else if needs("uvicorn") {
        format!("uvicorn --host 127.0.0.1 --port $PORT {module}:app")
    } else if needs("flask") {
        format!("flask --app {module} run --host 127.0.0.1 --port $PORT")
    } else {
        format!("python {module}.py")
    })
}

#[derive(Deserialize)]
struct Manifest {
    package: Option<RustPackage>,
    #[serde(default, rename = "bin")]
    programs: Vec<RustProgram>,
}

#[derive(Deserialize)]
struct RustPackage {
    name: String,
    #[serde(rename = "default-run")]
    default_run: Option<String>,
}

#[derive(Deserialize)]
struct RustProgram {
    name: String,
}

fn rust(root: &Dir) -> Option<Recipe> {
    let manifest: Manifest = toml::from_str(&root.read_to_string("Cargo.toml").ok()?).ok()?;
    let locked = if root.is_file("Cargo.lock") { " --locked" } else { "" };
    let package = manifest.package?;
    let only = manifest.programs.into_iter().next().map(|program| program.name);
    let program = package.default_run.or(only).unwrap_or(package.name);
    let is_program = is_plain(&program) && (root.is_file("src/main.rs") || root.is_dir("src/bin"));
    Some(Recipe {
        sort: "a Rust program",
        install: None,
        build: Some(format!("cargo build --release{locked}")),
        // What compilers leave is many times what they are asked for.
        shrink: is_program.then(|| {
            format!("mv target/release/{program} .program && rm -rf target && mkdir -p target/release && mv .program target/release/{program}")
        }),
        start: is_program.then(|| format!("./target/release/{program}")),
        programs: None,
    })
}

fn go(root: &Dir) -> Option<Recipe> {
    root.is_file("go.mod").then(|| Recipe {
        sort: "a Go program",
        install: None,
        build: Some("go build -o .program .".to_owned()),
        shrink: None,
        start: Some("./.program".to_owned()),
        programs: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use cap_std::ambient_authority;

    fn find(files: &[(&str, &str)]) -> Option<Recipe> {
        let folder = tempfile::tempdir().expect("a folder");
        for (path, text) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("made");
            std::fs::write(path, text).expect("written");
        }
        Recipe::find(&Dir::open_ambient_dir(folder.path(), ambient_authority()).expect("a folder"))
    }

    fn start(files: &[(&str, &str)]) -> Option<String> {
        find(files)?.start
    }

    #[test]
    fn pages_alone_need_no_recipe() {
        assert_eq!(find(&[("index.html", "home")]), None);
    }

    #[test]
    fn a_node_program_is_run_by_its_script_or_by_the_usual_file() {
        let scripts = |scripts: &str| format!("{{\"scripts\": {scripts}}}");
        let own = scripts("{\"start\": \"node web.js\"}");
        assert_eq!(start(&[("package.json", &own)]).as_deref(), Some("node web.js"));
        let more = scripts("{\"start\": \"node web.js\", \"prestart\": \"node before.js\"}");
        assert_eq!(start(&[("package.json", &more)]).as_deref(), Some("npm start"));
        assert_eq!(start(&[("package.json", "{}"), ("server.js", "")]).as_deref(), Some("node server.js"));
        let main = "{\"main\": \"lib/web.js\"}";
        assert_eq!(start(&[("package.json", main), ("lib/web.js", "")]).as_deref(), Some("node lib/web.js"));
        let evil = "{\"main\": \"x; rm -rf ~\"}";
        assert_eq!(start(&[("package.json", evil), ("x; rm -rf ~", "")]), None);
    }

    #[test]
    fn a_site_that_node_only_builds_is_no_program() {
        let package = "{\"scripts\": {\"build\": \"vite build\"}, \"devDependencies\": {\"vite\": \"1\"}}";
        let recipe = find(&[("package.json", package), ("index.html", ""), ("index.js", "")]).expect("a recipe");
        assert_eq!(recipe.start, None);
        assert_eq!((recipe.install.as_deref(), recipe.build.as_deref()), (Some("npm install"), Some("npm run build")));
    }

    #[test]
    fn what_is_locked_is_installed_as_it_is_locked_and_nothing_where_nothing_is_needed() {
        let install = |files: &[(&str, &str)]| find(files).expect("a recipe").install;
        assert_eq!(install(&[("package.json", "{}")]), None);
        assert_eq!(install(&[("package.json", "{}"), ("package-lock.json", "{}")]).as_deref(), Some("npm ci"));
    }

    #[test]
    fn a_python_program_is_run_by_the_server_that_it_brings_along() {
        let start = |needed: &str| start(&[("requirements.txt", needed), ("app.py", "")]).expect("a start");
        assert_eq!(start("Flask==3\ngunicorn"), "gunicorn --bind 127.0.0.1:$PORT app:app");
        assert_eq!(start("fastapi\nuvicorn"), "uvicorn --host 127.0.0.1 --port $PORT app:app");
        assert_eq!(start("flask"), "flask --app app run --host 127.0.0.1 --port $PORT");
        assert_eq!(start("requests"), "python app.py");
    }

    #[test]
    fn a_rust_program_is_built_and_run_by_its_name() {
        let manifest = "[package]\nname = \"web\"\n";
        let recipe = find(&[("Cargo.toml", manifest), ("Cargo.lock", ""), ("src/main.rs", "")]).expect("a recipe");
        assert_eq!(recipe.build.as_deref(), Some("cargo build --release --locked"));
        assert_eq!(recipe.start.as_deref(), Some("./target/release/web"));
        assert_eq!(start(&[("Cargo.toml", manifest), ("src/lib.rs", "")]), None, "a library runs nothing");
    }

    #[test]
    fn a_procfile_says_how_to_run_whatever_it_is() {
        let recipe = find(&[("requirements.txt", "flask"), ("Procfile", "worker: x\nweb: python web.py\n")]);
        let recipe = recipe.expect("a recipe");
        assert_eq!((recipe.start.as_deref(), recipe.sort), (Some("python web.py"), "a Python program"));
        assert_eq!(start(&[("Procfile", "web: ./run")]).as_deref(), Some("./run"));
        assert_eq!(start(&[("Procfile", "worker: ./run")]), None);
    }
}
