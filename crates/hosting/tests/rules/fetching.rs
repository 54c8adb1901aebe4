//! Repositories: which are fetched, at which state, and what of them is not let near.

use crate::world::World;
use mainstay_hosting::SiteId;
use mainstay_hosting::deployments::FailureReason;
use mainstay_hosting::sites::{SiteChange, SourceKind};
use mainstay_kernel::Patch;
use mainstay_testkit::{TestDatabase, TestRepository, on_each_database};
use std::os::unix::fs::{PermissionsExt as _, symlink};

async fn deployed(world: &World, repository: &TestRepository, name: &str, change: SiteChange) -> SiteId {
    let mut new = world.new_site(name);
    (new.repository, new.change) = (repository.url(), change);
    let id = world.create(new).await.expect("a site").id;
    world.work().await;
    id
}

/// Why the newest deployment of a site failed.
async fn reason(world: &World, id: &SiteId) -> String {
    let latest = world.site(id).await.latest.expect("a deployment");
    latest.failure.map_or_else(|| latest.status.name().to_owned(), |failure| failure.reason)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_branch_goes_before_a_tag_of_its_name_and_a_commit_before_both() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let repository = TestRepository::new(&[("index.html", "first")]);
        let first = repository.git(&["rev-parse", "HEAD"]).trim().to_owned();
        repository.git(&["tag", "v1"]);
        repository.git(&["tag", "both"]);
        repository.git(&["checkout", "--quiet", "-b", "both"]);
        repository.commit(&[("index.html", "branch")], "Branch");
        repository.git(&["checkout", "--quiet", "main"]);
        repository.commit(&[("index.html", "head")], "Head");
        let branch = |name: &str| SiteChange { branch: Patch::Set(name.to_owned()), ..SiteChange::default() };
        for (name, change, expected) in [
            ("head", SiteChange::default(), "head"),
            ("tag", branch("v1"), "first"),
            ("both", branch("both"), "branch"),
            ("commit", SiteChange { commit: Patch::Set(first), ..branch("both") }, "first"),
        ] {
            deployed(&world, &repository, name, change).await;
            assert_eq!(world.visit(&format!("{name}.sites.test"), "/"), expected, "{name}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_fetched_says_why() {
    let database = TestDatabase::sqlite().await;
    let world = World::new(database.database.clone()).await;
    let mut new = world.new_site("a");
    new.repository = format!("file://{}", world.folder.path().join("nothing").display());
    let absent = world.create(new).await.expect("a site").id;
    let mut new = world.new_site("b");
    new.repository = "https://10-0-0-7.test/user/app".to_owned();
    let private = world.create(new).await.expect("a site").id;
    let mut new = world.new_site("c");
    new.repository = "https://169.254.169.254/latest/meta-data".to_owned();
    let metadata = world.create(new).await.expect("a site").id;
    let mut new = world.new_site("d");
    new.change.commit = Patch::Set("0".repeat(40));
    let commit = world.create(new).await.expect("a site").id;
    world.work().await;
    for (id, expected) in [
        (absent, FailureReason::CloneFailed),
        (private, FailureReason::HostNotAllowed),
        (metadata, FailureReason::HostNotAllowed),
        (commit, FailureReason::RevisionNotFound),
    ] {
        assert_eq!(reason(&world, &id).await, expected.name());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_a_repository_brings_is_run() {
    let database = TestDatabase::sqlite().await;
    let world = World::new(database.database.clone()).await;
    let mark = world.folder.path().join("mark");
    let script = format!("#!/bin/sh\ntouch {}\n", mark.display());
    let files = [
        ("index.html", "page"),
        (".gitattributes", "* filter=evil diff=evil\n"),
        (".gitmodules", "[submodule \"x\"]\n\tpath = x\n\turl = ext::sh -c touch% /tmp/x\n"),
        (".githooks/post-checkout", script.as_str()),
    ];
    let repository = TestRepository::new(&files);
    for hook in ["post-checkout", "reference-transaction", "post-merge", "fsmonitor-watchman"] {
        let path = repository.path().join(".git/hooks").join(hook);
        std::fs::write(&path, &script).expect("written");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("set");
    }
    repository.git(&["config", "core.hooksPath", ".githooks"]);
    repository.git(&["config", "filter.evil.smudge", &format!("touch {}", mark.display())]);
    repository.git(&["config", "uploadpack.packObjectsHook", &format!("touch {}", mark.display())]);
    deployed(&world, &repository, "evil", SiteChange::default()).await;
    assert_eq!(world.visit("evil.sites.test", "/"), "page");
    assert!(!mark.exists());
    assert_eq!(world.visit("evil.sites.test", "/.gitmodules"), "nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn links_that_lead_out_of_a_site_fail_it_and_show_nothing() {
    let database = TestDatabase::sqlite().await;
    let world = World::new(database.database.clone()).await;
    let repository = TestRepository::new(&[("index.html", "page")]);
    symlink("/etc/passwd", repository.path().join("passwd")).expect("linked");
    repository.commit(&[], "Link");
    let id = deployed(&world, &repository, "links", SiteChange::default()).await;
    assert_eq!(reason(&world, &id).await, FailureReason::LinkEscapes.name());

    let repository = TestRepository::new(&[("a", "page")]);
    symlink("/etc", repository.path().join("public")).expect("linked");
    repository.commit(&[], "Link");
    let change = SiteChange { output_directory: Patch::Set("public".to_owned()), ..SiteChange::default() };
    let id = deployed(&world, &repository, "folder", change).await;
    assert_eq!(reason(&world, &id).await, FailureReason::FolderNotFound.name());

    let repository = TestRepository::new(&[("a", "page")]);
    symlink("/", repository.path().join("web")).expect("linked");
    repository.commit(&[], "Link");
    let change = SiteChange { output_directory: Patch::Set("web/etc".to_owned()), ..SiteChange::default() };
    let id = deployed(&world, &repository, "through", change).await;
    assert_eq!(reason(&world, &id).await, FailureReason::FolderNotFound.name());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_files_of_a_site_are_found_where_they_usually_are_or_where_the_settings_say() {
    let database = TestDatabase::sqlite().await;
    let world = World::new(database.database.clone()).await;
    let output = |folder: &str| SiteChange { output_directory: Patch::Set(folder.to_owned()), ..SiteChange::default() };
    let dist = TestRepository::new(&[("dist/index.html", "dist"), ("README", "x")]);
    deployed(&world, &dist, "dist", SiteChange::default()).await;
    assert_eq!(world.visit("dist.sites.test", "/"), "dist");
    let node = TestRepository::new(&[("package.json", "{}"), ("out/index.html", "out")]);
    deployed(&world, &node, "node", output("out")).await;
    assert_eq!(world.visit("node.sites.test", "/"), "out");
    let image = TestRepository::new(&[("Dockerfile", "FROM scratch"), ("index.html", "page")]);
    let id = deployed(&world, &image, "image", SiteChange::default()).await;
    assert_eq!(reason(&world, &id).await, FailureReason::NothingDetected.name());
    let bare = TestRepository::new(&[("README", "x")]);
    let id = deployed(&world, &bare, "bare", SiteChange::default()).await;
    assert_eq!(reason(&world, &id).await, FailureReason::NothingDetected.name());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_of_files_is_served_as_it_is_whatever_is_in_it() {
    let database = TestDatabase::sqlite().await;
    let world = World::new(database.database.clone()).await;
    let repository = TestRepository::new(&[("package.json", "{}"), ("page.txt", "text")]);
    let mut new = world.new_site("files");
    (new.kind, new.repository) = (SourceKind::Static, repository.url());
    world.create(new).await.expect("a site");
    world.work().await;
    assert_eq!(world.visit("files.sites.test", "/page.txt"), "text");
}
