//! Hooks of sites, and pushes as each git server tells of them, in the forms that they document.

use crate::hooks::{hash, once};
use crate::sites::{SITES, make};
use mainstay_testkit::TestRepository;
use mainstay_testkit::gateway::{Actor, Answer, Call, Gateway, KeyHolder};
use serde_json::{Value, json};

/// A hook, as its site's owner was shown it.
pub(crate) struct PushHook {
    pub(crate) path: String,
    pub(crate) secret: String,
}

impl PushHook {
    pub(crate) async fn make(key: &impl Actor, site: &str) -> Self {
        let shown = key.post(&format!("{site}/hook/rotate"), &json!({})).await.is(200);
        assert_eq!(shown.header("x-sensitive-response"), Some("true"));
        let url = shown.text("/url");
        let path = url.find("/api/hooks/git/").map(|at| url[at..].to_owned()).expect("its address");
        Self { path, secret: shown.text("/secret") }
    }

    /// The hex of the keyed hash of a body.
    pub(crate) fn signature(&self, body: &str) -> String {
        hex::encode(hash(self.secret.as_bytes(), &[body.as_bytes()]))
    }

    pub(crate) fn call(&self, gateway: &Gateway, body: &str, headers: &[(&str, &str)]) -> Call {
        let call = gateway.nobody().call("POST", &self.path).body("application/json", body);
        headers.iter().fold(call, |call, (name, value)| call.header(name, value))
    }

    /// As GitHub calls.
    pub(crate) fn github(&self, gateway: &Gateway, (event, delivery): (&str, &str), body: &str) -> Call {
        let signature = format!("sha256={}", self.signature(body));
        let told = [("x-github-event", event), ("x-github-delivery", delivery), ("x-hub-signature-256", &*signature)];
        self.call(gateway, body, &told)
    }

    pub(crate) async fn push(&self, gateway: &Gateway, delivery: &str, body: &Value) -> Answer {
        self.github(gateway, ("push", delivery), &body.to_string()).await
    }
}

/// A push as GitHub tells of it.
pub(crate) fn of_github(repository: &TestRepository, commit: &str, paths: &[&str]) -> Value {
    let message = repository.git(&["log", "-1", "--format=%B", commit]);
    let head = json!({
        "id": commit, "tree_id": "9".repeat(40), "distinct": true, "message": message.trim(),
        "timestamp": "2026-11-30T10:00:00+01:00", "url": format!("https://git.example.com/ada/app/commit/{commit}"),
        "author": { "name": "Ada", "email": "ada@example.com", "username": "ada" },
        "committer": { "name": "Ada", "email": "ada@example.com", "username": "ada" },
        "added": [], "removed": [], "modified": paths,
    });
    json!({
        "ref": "refs/heads/main", "before": "1".repeat(40), "after": commit,
        "repository": {
            "id": 7, "name": "app", "full_name": "ada/app", "private": false,
            "html_url": "https://git.example.com/ada/app", "clone_url": repository.url(),
            "git_url": "git://git.example.com/ada/app.git", "ssh_url": "git@git.example.com:ada/app.git",
            "default_branch": "main", "master_branch": "main", "pushed_at": 1_795_000_000,
        },
        "pusher": { "name": "ada", "email": "ada@example.com" },
        "sender": { "login": "ada", "id": 3 },
        "created": false, "deleted": false, "forced": false, "base_ref": null,
        "compare": "https://git.example.com/ada/app/compare/1111...2222",
        "commits": [head.clone()], "head_commit": head,
    })
}

/// The same as GitLab does.
pub(crate) fn of_gitlab(repository: &TestRepository, commit: &str, paths: &[&str]) -> Value {
    json!({
        "object_kind": "push", "event_name": "push", "before": "1".repeat(40), "after": commit,
        "ref": "refs/heads/main", "ref_protected": true, "checkout_sha": commit, "message": null,
        "user_id": 4, "user_name": "Ada", "user_username": "ada", "user_email": "", "project_id": 15,
        "project": {
            "id": 15, "name": "App", "web_url": "https://git.example.com/ada/app", "default_branch": "main",
            "git_ssh_url": "git@git.example.com:ada/app.git", "git_http_url": repository.url(),
            "namespace": "Ada", "visibility_level": 0, "path_with_namespace": "ada/app",
        },
        "commits": [{
            "id": commit, "message": "Next\n", "title": "Next", "timestamp": "2026-11-30T10:00:00+01:00",
            "author": { "name": "Ada", "email": "ada@example.com" }, "added": [], "modified": paths, "removed": [],
        }],
        "total_commits_count": 1,
    })
}

/// The same as Gitea does.
pub(crate) fn of_gitea(repository: &TestRepository, commit: &str, paths: &[&str]) -> Value {
    let head = json!({
        "id": commit, "message": "Next\n", "author": { "name": "Ada", "email": "ada@example.com", "username": "ada" },
        "verification": null, "timestamp": "2026-11-30T10:00:00+01:00", "added": [], "removed": [], "modified": paths,
    });
    json!({
        "ref": "refs/heads/main", "before": "1".repeat(40), "after": commit, "compare_url": "",
        "commits": [head.clone()], "total_commits": 1, "head_commit": head,
        "repository": {
            "id": 9, "full_name": "ada/app", "html_url": "https://git.example.com/ada/app", "clone_url": repository.url(),
            "ssh_url": "git@git.example.com:ada/app.git", "default_branch": "main", "updated_at": "2026-11-30T09:00:00Z",
        },
        "pusher": { "id": 1, "login": "ada" }, "sender": { "id": 1, "login": "ada" },
    })
}

/// The same as Bitbucket does, which says neither which branch comes first nor what was touched.
pub(crate) fn of_bitbucket(repository: &TestRepository, commit: &str) -> Value {
    let at = |hash: &str| json!({ "type": "branch", "name": "main", "target": { "type": "commit", "hash": hash, "message": "Next\n" } });
    json!({
        "actor": { "type": "user", "display_name": "Ada" },
        "repository": {
            "type": "repository", "full_name": "ada/app", "uuid": "{7}", "links": { "html": { "href": repository.url() } },
        },
        "push": { "changes": [{
            "old": at(&"1".repeat(40)), "new": at(commit), "created": false, "closed": false, "forced": false,
            "truncated": false, "commits": [{ "hash": commit, "type": "commit", "message": "Next\n" }],
        }] },
    })
}

/// A site that follows `main`, its path, and its hook.
pub(crate) async fn hooked(key: &KeyHolder, name: &str, repository: &TestRepository) -> (Answer, String, PushHook) {
    let site = make(key, name, repository).await;
    let path = format!("{SITES}/{}", site.text("/id"));
    let hook = PushHook::make(key, &path).await;
    (site, path, hook)
}

/// The statuses and triggers of a site's deployments, the newest first.
pub(crate) async fn history(key: &impl Actor, site: &str) -> Vec<(String, String)> {
    let all = key.get(&format!("{site}/deployments")).await.is(200).json();
    let text = |own: &Value, field: &str| own[field].as_str().unwrap_or_default().to_owned();
    all.as_array().expect("a list").iter().map(|own| (text(own, "status"), text(own, "trigger"))).collect()
}

/// Waits until the deployment of a push is live.
pub(crate) async fn is_live(key: &KeyHolder, site: &str, heard: &Answer) {
    assert_eq!((heard.status, heard.text("/status")), (202, "accepted".to_owned()), "{heard:?}");
    let path = format!("{site}/deployments/{}", heard.text("/deployment/id"));
    let live = once(key, &path, "/status", "LIVE").await;
    assert_eq!((live.text("/trigger"), live.at("/commit")), ("WEBHOOK".to_owned(), heard.at("/deployment/commit")));
}

/// A text as a form has it.
pub(crate) fn percent(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
