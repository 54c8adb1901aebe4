//! That nothing is left of connections that are over.

use super::served::{BOTH, Site as Served};
use super::world::{WORKSPACE, World, call, is_alive, is_gone, name, say, until};
use std::fs;
use std::process::{Command, Stdio};
use tokio::runtime::Handle;

/// Set for a process of the tests that counts what it has, alone, or that is to be killed.
const ALONE: &str = "ALONE";

fn alone(test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--exact", test, "--nocapture", "--test-threads=1"]).env(ALONE, "1");
    command
}

fn is_alone() -> bool {
    std::env::var_os(ALONE).is_some()
}

fn files() -> usize {
    fs::read_dir("/proc/self/fd").expect("the files").count()
}

fn children() -> usize {
    let threads = fs::read_dir("/proc/self/task").expect("the threads").flatten();
    let children = threads.map(|thread| fs::read_to_string(thread.path().join("children")).unwrap_or_default());
    children.map(|children| children.split_whitespace().count()).sum()
}

fn tasks() -> usize {
    Handle::current().metrics().num_alive_tasks()
}

#[test]
fn no_process_no_file_and_no_task_is_left() {
    let counted = alone("upstreams::nothing_left::counting_alone").output().expect("a process");
    assert!(counted.status.success(), "{}", String::from_utf8_lossy(&counted.stderr));
}

#[tokio::test]
async fn counting_alone() {
    if !is_alone() {
        return;
    }
    let sites = BOTH.map(Served::serving);
    // The runtimes and what else is made once.
    come_and_go(&sites).await;
    let before = settled().await;
    for _ in 0..3 {
        come_and_go(&sites).await;
        until(|| (files() == before).then_some(())).await;
    }
}

/// Opens connections of all kinds, and ends some of them alone and the others all together.
async fn come_and_go(sites: &[Served; 2]) {
    let world = World::new();
    let addresses = [
        world.shell("text done"),
        world.shell("(trap '' TERM; sleep 1000) & text done"),
        world.served(BOTH[0]),
        world.served(BOTH[1]),
        sites[0].address.clone(),
        sites[1].address.clone(),
        world.script("exit 1"),
        world.shell("exit 1"),
    ];
    for (number, address) in addresses.iter().enumerate() {
        for server in [name(&format!("kept-{number}")), name(&format!("left-{number}"))] {
            let upstream = world.upstreams.of(WORKSPACE, &server, address);
            let asked = call(&upstream, "echo").await;
            assert_eq!(asked.is_ok(), number < 6, "{number}: {asked:?}");
            if server.as_str().starts_with("left") {
                world.upstreams.forget(WORKSPACE, &server).await;
            }
        }
    }
    world.upstreams.close().await;
    assert_eq!(children(), 0);
    // The client keeps connections for whoever comes next.
    drop(world);
    until(|| (tasks() == 0).then_some(())).await;
}

/// The count of files, once the sites have seen too that their clients are gone.
async fn settled() -> usize {
    let mut counts = vec![0];
    until(|| {
        counts.push(files());
        let last = counts.iter().rev().take(50);
        last.clone().all(|count| Some(count) == counts.last()).then(files)
    })
    .await
}

#[tokio::test]
async fn a_pool_that_is_dropped_without_a_word_leaves_no_process() {
    let world = World::new();
    say(&world.of(&world.shell("trap '' TERM; text done")), "echo").await.expect("an answer");
    let process = world.started()[0].clone();
    let folder = world.folder;
    drop(world.upstreams);
    is_gone(&process).await;
    drop(folder);
}

#[tokio::test]
async fn a_request_that_is_dropped_while_its_connection_opens_leaves_no_process() {
    let world = World::new();
    let server = world.of(&world.script("trap '' TERM; echo $$ > process; while :; do sleep 1; done"));
    let opening = tokio::spawn(async move { call(&server, "echo").await });
    let process = world.file("process").await;
    opening.abort();
    is_gone(&process).await;
}

#[tokio::test]
async fn when_we_are_killed_so_are_the_processes_and_what_they_started() {
    let mut victim = alone("upstreams::nothing_left::serving_until_killed");
    let folder = tempfile::tempdir().expect("a folder");
    let mut victim =
        victim.env("FOLDER", folder.path()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a process");
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).ok().filter(|text| text.ends_with('\n'));
    let processes = [until(|| read("server")).await, until(|| read("child")).await];
    assert!(processes.iter().all(|process| is_alive(process.trim())));
    victim.kill().expect("a kill");
    victim.wait().expect("an end");
    for process in processes {
        is_gone(process.trim()).await;
    }
}

#[tokio::test]
async fn serving_until_killed() {
    if !is_alone() {
        return;
    }
    let folder = std::env::var("FOLDER").expect("a folder");
    let world = World::new();
    // Neither notices that its input is over.
    let deaf = format!(
        "trap '' TERM HUP; echo $$ > {folder}/server; sleep 1000 & echo $! > {folder}/child; while :; do sleep 1; done"
    );
    call(&world.of(&world.shell(&deaf)), "echo").await.expect_err("an end that does not come");
}
