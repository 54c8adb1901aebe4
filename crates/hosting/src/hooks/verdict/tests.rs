use super::*;
use crate::deployments::{Deployment, Trigger, fresh};
use crate::folder::Folder;
use crate::ids::SiteId;
use crate::sites::{HealthCheck, Resources, Settings, SiteStatus};
use mainstay_kernel::{SystemIds, Timestamp, WorkspaceId};

const NOW: Timestamp = Timestamp::from_seconds(1_768_473_000);

fn commit(digit: char) -> String {
    digit.to_string().repeat(40)
}

fn settings() -> Settings {
    Settings {
        kind: "github".to_owned(),
        repository: "github.com/ada/app".to_owned(),
        image: None,
        branch: Some("main".to_owned()),
        commit: None,
        port: 3000,
        install_command: None,
        build_command: None,
        start_command: None,
        root_directory: Folder::default(),
        output_directory: None,
        watch_paths: Vec::new(),
        health_check: HealthCheck::default(),
        resources: Resources::default(),
        egress_hosts: Vec::new(),
    }
}

fn site() -> Site {
    Site {
        id: SiteId("csite".to_owned()),
        workspace: WorkspaceId(1),
        name: "app".to_owned(),
        domain: None,
        label: "app".to_owned(),
        settings: settings(),
        auto_deploy: true,
        desired: DesiredState::Running,
        status: SiteStatus::Running,
        stop_reason: None,
        current: None,
        is_stale: false,
        condition: None,
        generation: 1,
        restart_count: 0,
        last_exit: None,
        sleep_after: None,
        repository_token: None,
        version: 1,
        deleted_at: None,
        purge_at: None,
        created_at: NOW,
        updated_at: NOW,
        latest: None,
    }
}

fn of(site: Site) -> State {
    State { site, deployments: Vec::new(), cause: None }
}

fn deployment(state: &State, status: DeploymentStatus, commit: Option<String>) -> Deployment {
    Deployment { status, commit, ..fresh(&state.site, Trigger::Api, None, &SystemIds, NOW) }
}

/// A state with the deployments of these commits: one that is live, one at work, one that waits.
fn deploying(live: char, others: &[(DeploymentStatus, Option<char>)]) -> State {
    let mut state = of(site());
    let own = deployment(&state, DeploymentStatus::Live, Some(commit(live)));
    state.site.current = Some(own.id.clone());
    state.deployments.push(own);
    for (status, digit) in others {
        let own = deployment(&state, *status, digit.map(commit));
        state.deployments.push(own);
    }
    state
}

fn push() -> Push {
    Push {
        repositories: vec!["https://github.com/Ada/App.git".to_owned()],
        default_branch: Some("main".to_owned()),
        message: Some("Better".to_owned()),
        ..Push::at(&commit('a')).expect("a commit").of_branch("main")
    }
}

fn ignored(site: Site, push: &Push) -> Option<Reason> {
    match decide(&of(site), push) {
        Verdict::Ignore(reason) => Some(reason),
        Verdict::Deploy | Verdict::Skip(_) => None,
    }
}

#[test]
fn a_push_to_the_branch_that_a_site_follows_is_deployed() {
    assert_eq!(decide(&of(site()), &push()), Verdict::Deploy);
    let mut follows_any = site();
    follows_any.settings.branch = None;
    assert_eq!(decide(&of(follows_any), &push()), Verdict::Deploy, "the one that the repository puts first");
}

#[test]
fn a_site_that_is_not_to_be_deployed_by_pushes_is_deployed_by_none() {
    let with = |change: &dyn Fn(&mut Site)| {
        let mut site = site();
        change(&mut site);
        ignored(site, &push())
    };
    assert_eq!(with(&|site| site.auto_deploy = false), Some(Reason::AutoDeployOff));
    assert_eq!(with(&|site| site.desired = DesiredState::Stopped), Some(Reason::SiteStopped));
    assert_eq!(with(&|site| site.deleted_at = Some(NOW)), Some(Reason::SiteDeleted));
    assert_eq!(with(&|site| site.settings.commit = Some(commit('b'))), Some(Reason::CommitPinned));
}

#[test]
fn a_push_of_something_else_is_ignored() {
    let of = |push: Push| ignored(site(), &push);
    assert_eq!(of(push().of_branch("dev")), Some(Reason::OtherBranch));
    assert_eq!(of(Push { branch: None, ..push() }), Some(Reason::OtherBranch));
    assert_eq!(of(Push { branch: None, is_tag: true, ..push() }), Some(Reason::Tag));
    assert_eq!(of(Push { is_deleted: true, ..push() }), Some(Reason::BranchDeleted));
    assert_eq!(of(Push { repositories: Vec::new(), ..push() }), Some(Reason::OtherRepository));
    let fork = vec!["https://github.com/eve/app.git".to_owned()];
    assert_eq!(of(Push { repositories: fork, ..push() }), Some(Reason::OtherRepository));
    let mut follows_any = site();
    follows_any.settings.branch = None;
    let untold = Push { default_branch: None, ..push() };
    assert_eq!(ignored(follows_any.clone(), &untold), Some(Reason::DefaultBranchUnknown));
    assert_eq!(ignored(follows_any, &push().of_branch("dev")), Some(Reason::OtherBranch));
}

#[test]
fn a_commit_that_asks_for_it_is_not_deployed() {
    for message in ["Typo [skip ci]", "[CI SKIP] Typo", "Typo\n\nLong story [Skip CI]"] {
        let push = Push { message: Some(message.to_owned()), ..push() };
        assert_eq!(ignored(site(), &push), Some(Reason::SkipCi), "{message}");
    }
    let push = Push { message: Some("How to skip ci".to_owned()), ..push() };
    assert_eq!(ignored(site(), &push), None);
}

#[test]
fn a_push_that_touches_nothing_watched_is_skipped_and_one_of_unknown_paths_is_not() {
    let mut watching = site();
    watching.settings.watch_paths = vec!["web".to_owned()];
    let state = of(watching);
    let touching = |paths: Option<&[&str]>| {
        let changed = paths.map(|paths| paths.iter().map(|path| (*path).to_owned()).collect());
        decide(&state, &Push { changed, ..push() })
    };
    assert_eq!(touching(Some(&["docs/a.md"])), Verdict::Skip(SkipReason::WatchPaths));
    assert_eq!(touching(Some(&[])), Verdict::Skip(SkipReason::WatchPaths));
    assert_eq!(touching(Some(&["docs/a.md", "web/a.js"])), Verdict::Deploy);
    assert_eq!(touching(None), Verdict::Deploy);
    let unwatched = Push { changed: Some(vec!["docs/a.md".to_owned()]), ..push() };
    assert_eq!(decide(&of(site()), &unwatched), Verdict::Deploy, "nothing watched means anything");
}

/// Deployments that are not over, with their commits.
type Others = [(DeploymentStatus, Option<char>)];

#[test]
fn a_commit_is_skipped_if_it_is_what_the_site_will_be_at_in_the_end() {
    use DeploymentStatus::{Building, Queued};
    let same = Verdict::Skip(SkipReason::SameCommit);
    let cases: [(char, &Others, Verdict); 7] = [
        ('a', &[], same),
        ('b', &[], Verdict::Deploy),
        ('b', &[(Building, Some('a'))], same),
        ('b', &[(Building, Some('c')), (Queued, Some('a'))], same),
        // It is live, and something else is about to take its place.
        ('a', &[(Building, Some('b'))], Verdict::Deploy),
        ('b', &[(Building, Some('a')), (Queued, Some('c'))], Verdict::Deploy),
        // Nobody knows yet of which commit it will be.
        ('a', &[(Queued, None)], Verdict::Deploy),
    ];
    for (live, others, verdict) in cases {
        assert_eq!(decide(&deploying(live, others), &push()), verdict, "{live} {others:?}");
    }
}

#[test]
fn of_what_is_pushed_at_once_the_branch_that_the_site_follows_counts() {
    let pushes = vec![push().of_branch("dev"), push(), push().of_branch("other")];
    assert_eq!(concerned(&site(), pushes).and_then(|push| push.branch).as_deref(), Some("main"));
    let others = vec![push().of_branch("dev"), push().of_branch("other")];
    assert_eq!(concerned(&site(), others).and_then(|push| push.branch).as_deref(), Some("dev"));
    assert_eq!(concerned(&site(), Vec::new()), None);
}
