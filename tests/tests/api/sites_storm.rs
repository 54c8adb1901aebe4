//! Whatever is done to sites and databases, in whatever order: nothing of them is left behind.

use crate::dice::{Dice, rounds};
use crate::sites::{SITES, visit};
use crate::sites_builds::has_boxes;
use crate::sites_programs::program;
use crate::storm_databases::{Databases, left};
use futures_util::future::join_all;
use mainstay_testkit::TestRepository;
use mainstay_testkit::gateway::{Actor as _, Answer, Gateway, KeyHolder, on_own_gateways};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How many do something at the same time, each with a site of its own.
const CREW: usize = 4;
/// How long what is being ended may take to be gone.
const PATIENCE: Duration = Duration::from_secs(40);

/// One of those who do something, and their site.
struct Hand<'g> {
    gateway: &'g Gateway,
    key: KeyHolder,
    dice: Dice,
    repository: TestRepository,
    name: String,
    site: Option<Answer>,
    keepers: BTreeSet<u32>,
    databases: Databases,
}

impl Hand<'_> {
    async fn step(&mut self) {
        let Some(site) = &self.site else { return self.create().await };
        let path = format!("{SITES}/{}", site.text("/id"));
        let acting = |body: Value| self.key.patch(&format!("{path}?wait=30"), &body);
        self.keepers.extend(keepers(self.gateway, &site.text("/id")));
        let answer = match self.dice.below(10) {
            7 | 8 => {
                let site = site.text("/id");
                return self.databases.step(&self.key, &site, &self.dice).await;
            }
            0 | 1 => acting(json!({ "action": "deploy" })).await,
            2 => acting(json!({ "action": "stop" })).await,
            3 => acting(json!({ "action": "start" })).await,
            4 => acting(json!({ "action": "restart" })).await,
            5 => acting(json!({ "action": "rollback" })).await,
            6 => {
                let Some(keeper) = keepers(self.gateway, &site.text("/id")).pop() else { return };
                kill(keeper);
                return;
            }
            _ => {
                let _ = self.key.delete(&path).await.is(202);
                self.site = None;
                return;
            }
        };
        // There may be nothing to start or to go back to yet.
        assert!([200, 202, 409].contains(&answer.status), "{answer:?}");
    }

    async fn create(&mut self) {
        let site = json!({ "name": self.name, "type": "git", "repository": self.repository.url() });
        self.site = Some(self.key.post(&format!("{SITES}?wait=30"), &site).await.is(201));
    }

    /// Whatever happened to it: the site answers once it is told to.
    async fn settle(&mut self) {
        self.databases.end(&self.key).await;
        let Some(site) = self.site.take() else { return };
        let path = format!("{SITES}/{}", site.text("/id"));
        let deployed = self.key.patch(&format!("{path}?wait=60"), &json!({ "action": "deploy" })).await.is(200);
        assert_eq!(deployed.text("/status"), "RUNNING", "{deployed:?}");
        let _ = visit(self.gateway, &site, "/tell").await.is(200);
        self.keepers.extend(keepers(self.gateway, &site.text("/id")));
        let _ = self.key.delete(&path).await.is(202);
    }
}

fn kill(process: u32) {
    let killed = std::process::Command::new("kill").args(["-9", &process.to_string()]).output();
    killed.expect("kill is there");
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}

fn instances(gateway: &Gateway) -> Vec<PathBuf> {
    let sites = entries(&gateway.directory().join("hosting/sites"));
    sites.iter().flat_map(|site| entries(&site.join("instances"))).collect()
}

/// What is left of databases on this machine.
fn folders(gateway: &Gateway) -> Vec<PathBuf> {
    let all = entries(&gateway.directory().join("hosting/databases"));
    all.into_iter().filter(|entry| entry.is_dir()).collect()
}

/// The processes that keep the programs of a site.
fn keepers(gateway: &Gateway, site: &str) -> Vec<u32> {
    let folder = gateway.directory().join("hosting/sites").join(site).join("instances");
    let told = entries(&folder).into_iter().filter_map(|own| fs::read(own.join("instance.json")).ok());
    told.filter_map(|text| serde_json::from_slice::<Value>(&text).ok()?["pid"].as_u64()?.try_into().ok()).collect()
}

/// The processes that see, or hold open, something of the gateway's sites and databases.
fn processes(gateway: &Gateway) -> Vec<String> {
    let sites = gateway.directory().join("hosting").display().to_string();
    let holds = |process: &PathBuf| {
        let mounts = fs::read_to_string(process.join("mountinfo")).unwrap_or_default();
        let held = entries(&process.join("fd")).into_iter().filter_map(|link| fs::read_link(link).ok());
        let is_gateway = process.file_name().is_some_and(|own| *own == *gateway.pid().to_string());
        !is_gateway && (mounts.contains(&sites) || held.into_iter().any(|file| file.starts_with(&sites)))
    };
    let all = entries(Path::new("/proc")).into_iter().filter(|entry| entry.join("mountinfo").exists());
    all.filter(holds).map(|process| process.display().to_string()).collect()
}

/// The control groups of boxes that these processes kept.
fn groups(keepers: &BTreeSet<u32>) -> Vec<PathBuf> {
    let hierarchies = [PathBuf::from("/sys/fs/cgroup")].into_iter().chain(entries(Path::new("/sys/fs/cgroup")));
    let boxes = hierarchies.flat_map(|hierarchy| entries(&hierarchy));
    let is_theirs = |group: &PathBuf| {
        let name = group.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        keepers.iter().any(|keeper| name.starts_with(&format!("mainstay-box-{keeper}-")))
    };
    boxes.filter(is_theirs).collect()
}

/// Waits until something is as it should be.
async fn until_none<T: std::fmt::Debug>(what: &str, look: impl Fn() -> Vec<T>) {
    let begun = Instant::now();
    loop {
        let left = look();
        if left.is_empty() {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "{what} are left: {left:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[test]
fn after_many_random_steps_no_process_no_mount_and_no_group_is_left() {
    on_own_gateways(
        |launch| launch,
        async |gateway: &mut Gateway| {
            let gateway = &*gateway;
            if !has_boxes(gateway).await {
                return;
            }
            let key = gateway.tenant().await.key;
            let steps = rounds("STORM_STEPS", 60);
            let hands = (0..CREW).map(async |number| {
                let name = format!("storm-{number}");
                let (dice, repository) = (Dice::new(), program(&name));
                let (key, keepers) = (key.clone(), BTreeSet::new());
                let databases = Databases::new(&name, gateway, &key).await;
                let mut hand = Hand { gateway, key, dice, repository, name, site: None, keepers, databases };
                for _ in 0..steps.div_ceil(CREW) {
                    hand.step().await;
                }
                hand.settle().await;
                (hand.keepers, hand.databases.made)
            });
            let (seen, made): (Vec<_>, Vec<_>) = join_all(hands).await.into_iter().unzip();
            let seen: BTreeSet<u32> = seen.into_iter().flatten().collect();
            let made: Vec<String> = made.into_iter().flatten().collect();
            eprintln!("{} databases were made", made.len());
            assert_eq!(left(&made).await, Vec::<String>::new(), "what a server has of databases");
            assert!(!seen.is_empty(), "no program ran");
            until_none("instances", || instances(gateway)).await;
            until_none("folders of databases", || folders(gateway)).await;
            until_none("processes", || processes(gateway)).await;
            until_none("control groups", || groups(&seen)).await;
            let mounts = fs::read_to_string("/proc/self/mountinfo").expect("mounts");
            let own = gateway.directory().display().to_string();
            assert!(!mounts.lines().any(|mount| mount.contains(&own)), "{mounts}");
        },
    );
}
