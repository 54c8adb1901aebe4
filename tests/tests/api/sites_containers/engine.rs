//! The container engine of the tests, spoken to by a stock client.

use mainstay_testkit::witness;
use serde_json::{Value, json};
use std::fs::Permissions;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// An engine.
pub(crate) struct Engine {
    socket: String,
}

/// The static busybox of the system, which is all that images of the tests are made of.
const BUSYBOX: &str = "/bin/busybox";
const PROGRAMS: [&str; 17] = [
    "sh", "httpd", "cat", "dd", "echo", "env", "grep", "id", "ls", "mkdir", "nc", "printf", "sleep", "tail", "touch",
    "wc", "wget",
];
const SERVE: &str = include_str!("serve.sh");
const RUN: &str = include_str!("run.sh");

impl Engine {
    /// The one that the environment names.
    pub(crate) fn of_tests() -> Option<Self> {
        let Ok(address) = std::env::var("MAINSTAY_TEST_CONTAINER_ENGINE") else {
            eprintln!("skipped: MAINSTAY_TEST_CONTAINER_ENGINE names no container engine");
            return None;
        };
        witness("containers");
        let socket = address.strip_prefix("unix://").expect("the address of a socket").to_owned();
        Some(Self { socket })
    }

    /// Asks it; what is sent, if anything, is a file.
    fn ask(&self, method: &str, path: &str, body: Option<&Path>) -> (u16, String) {
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--unix-socket", &self.socket, "--request", method, "--write-out", "\n%{http_code}"]);
        if let Some(body) = body {
            curl.args(["--header", "content-type: application/x-tar", "--data-binary"])
                .arg(format!("@{}", body.display()));
        }
        let asked =
            curl.arg(format!("http://engine/v1.41{path}")).stderr(Stdio::inherit()).output().expect("curl runs");
        let told = String::from_utf8_lossy(&asked.stdout).into_owned();
        let (text, status) = told.rsplit_once('\n').expect("a status");
        (status.parse().expect("a status"), text.to_owned())
    }

    fn get(&self, path: &str) -> Value {
        let (status, text) = self.ask("GET", path, None);
        assert_eq!(status, 200, "{text}");
        serde_json::from_str(&text).expect("JSON")
    }

    /// Makes an image that serves this page, and gives its id.
    pub(crate) fn make(&self, page: &str) -> String {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().join("root");
        for inner in ["bin", "www/cgi-bin", "kept"] {
            std::fs::create_dir_all(root.join(inner)).expect("made");
        }
        std::fs::copy(BUSYBOX, root.join("bin/busybox")).expect("busybox-static is installed");
        for program in PROGRAMS {
            symlink("busybox", root.join("bin").join(program)).expect("a link");
        }
        // What an image keeps in volumes has the rights that it gives them.
        std::fs::set_permissions(root.join("kept"), Permissions::from_mode(0o777)).expect("given");
        for (file, text) in [("serve", SERVE), ("www/index.html", page), ("www/cgi-bin/run", RUN)] {
            std::fs::write(root.join(file), text).expect("written");
            std::fs::set_permissions(root.join(file), Permissions::from_mode(0o755)).expect("given");
        }
        let archive = folder.path().join("image.tar");
        let packed = Command::new("tar").arg("-cf").arg(&archive).arg("-C").arg(&root).arg(".").status();
        assert!(packed.expect("tar runs").success());
        let changes = "changes=CMD%20%5B%22/bin/sh%22%2C%22/serve%22%5D&changes=VOLUME%20/kept";
        let (status, told) = self.ask("POST", &format!("/images/create?fromSrc=-&{changes}"), Some(&archive));
        assert_eq!(status, 200, "{told}");
        let told: Value = told.lines().find_map(|line| serde_json::from_str(line).ok()).expect("JSON");
        let id = told["id"].as_str().or(told["status"].as_str()).expect("an id");
        assert!(id.starts_with("sha256:"), "{told}");
        id.to_owned()
    }

    /// Gives an image a name, whatever had it before.
    pub(crate) fn name(&self, id: &str, name: &str) {
        let (repository, tag) = name.rsplit_once(':').expect("a tag");
        let (status, told) = self.ask("POST", &format!("/images/{id}/tag?repo={repository}&tag={tag}"), None);
        assert_eq!(status, 201, "{told}");
    }

    /// Takes a name from an image.
    pub(crate) fn forget(&self, name: &str) {
        let (status, told) = self.ask("DELETE", &format!("/images/{name}"), None);
        assert_eq!(status, 200, "{told}");
    }

    /// Whether there is an image of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.ask("GET", &format!("/images/{name}/json"), None).0 == 200
    }

    /// The containers of a site.
    pub(crate) fn containers(&self, site: &str) -> Vec<Value> {
        let filters = json!({ "label": [format!("mainstay.site={site}")] }).to_string();
        let found = self.get(&format!("/containers/json?all=true&filters={}", escaped(&filters)));
        found.as_array().expect("a list").clone()
    }

    /// All that is known of a container.
    pub(crate) fn inspect(&self, container: &Value) -> Value {
        self.get(&format!("/containers/{}/json", container["Id"].as_str().expect("an id")))
    }
}

/// A text as it can stand in a query, byte by byte (RFC 3986, section 2.1).
pub(crate) fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |written, byte| written + &format!("%{byte:02x}"))
}

/// A name of an image that no other test has.
pub(crate) fn own_name() -> String {
    static GIVEN: AtomicU32 = AtomicU32::new(0);
    format!("localhost/test-{}-{}:1", std::process::id(), GIVEN.fetch_add(1, Ordering::Relaxed))
}
