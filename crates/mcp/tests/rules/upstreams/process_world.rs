//! What a process gets of this machine.

use super::world::{World, bounds, call, say};

#[tokio::test]
async fn a_process_has_an_environment_of_its_own_and_works_in_its_folder() {
    let world = World::new();
    let address = world.process("/bin/sh", &["-c", "env | sort > env; pwd > folder; exit 1"], &[("TOKEN", "secret")]);
    call(&world.of(&address), "echo").await.expect_err("an end");
    let folder = world.folder.path().to_str().expect("a path").to_owned();
    assert_eq!(world.file("folder").await, folder);
    let environment = world.file("env").await;
    let names: Vec<_> = environment.lines().filter_map(|line| line.split_once('=').map(|(name, _)| name)).collect();
    assert_eq!(names, ["HOME", "LANG", "PATH", "PWD", "TMPDIR", "TOKEN"]);
    assert!(environment.contains(&format!("HOME={folder}\n")) && environment.contains("TOKEN=secret"), "{environment}");
}

#[tokio::test]
async fn a_process_is_bound_from_its_first_instruction_and_so_is_what_it_starts() {
    let world = World::with(bounds(|bounds| {
        bounds.ceilings.files = Some(77);
        bounds.ceilings.file_bytes = Some(5120);
        bounds.ceilings.memory = Some(64 << 20);
    }));
    let server = world.of(&world.shell("sh -c 'ulimit -n; ulimit -c; ulimit -f; ulimit -d' > limits; text done"));
    call(&server, "echo").await.expect("an answer");
    let limits = world.file("limits").await;
    assert_eq!(limits.lines().collect::<Vec<_>>(), ["77", "0", "10", "65536"]);
    world.upstreams.close().await;
}

#[tokio::test]
async fn a_process_that_wants_more_memory_than_it_may_have_fails_alone() {
    let world = World::with(bounds(|bounds| bounds.ceilings.memory = Some(32 << 20)));
    let greedy = "if x=$(head -c 100000000 /dev/zero | tr '\\000' x); then text had; else text hadnot; fi";
    assert_ne!(say(&world.of(&world.shell(greedy)), "echo").await.as_deref(), Ok("had"));
    world.upstreams.close().await;
}

#[tokio::test]
async fn files_that_are_open_here_are_not_open_there() {
    let kept = tempfile::NamedTempFile::new().expect("a file");
    let world = World::new();
    call(&world.of(&world.shell("ls -l /proc/$$/fd > files; text done")), "echo").await.expect("an answer");
    let files = world.file("files").await;
    let name = kept.path().to_str().expect("a path");
    assert!(files.contains("pipe:") && !files.contains(name) && !files.contains("socket:"), "{files}");
    world.upstreams.close().await;
}
