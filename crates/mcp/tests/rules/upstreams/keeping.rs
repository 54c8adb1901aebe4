//! Which connections there are, for how long, and when they are tried again.

use super::site::{Site, status};
use super::world::{WORKSPACE, World, bounds, call, is_alive, is_gone, name, say, until};
use mainstay_kernel::WorkspaceId;
use mainstay_mcp::upstream::UpstreamFault;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

#[tokio::test]
async fn nothing_is_connected_before_it_is_asked_and_then_shared_within_a_workspace_alone() {
    let world = World::new();
    let address = world.shell("text done");
    let (one, again) = (world.of(&address), world.of(&address));
    let stranger = world.upstreams.of(WorkspaceId(2), &name("server"), &address);
    assert_eq!(world.started(), [] as [String; 0]);
    let (first, second) = tokio::join!(say(&one, "echo"), say(&again, "echo"));
    assert_eq!((first.as_deref(), second.as_deref(), world.started().len()), (Ok("done"), Ok("done"), 1));
    say(&stranger, "echo").await.expect("an answer");
    assert_eq!(world.started().len(), 2);
    world.upstreams.close().await;
}

#[tokio::test]
async fn a_connection_that_nobody_uses_is_closed_after_a_while_and_opened_anew_when_asked() {
    let world = World::new();
    let server = world.of(&world.shell("text done"));
    say(&server, "echo").await.expect("an answer");
    world.clock.advance(Duration::from_secs(299));
    world.upstreams.sweep().await;
    let process = world.started()[0].clone();
    assert!(is_alive(&process));
    world.clock.advance(Duration::from_secs(1));
    world.upstreams.sweep().await;
    assert!(!is_alive(&process));
    assert_eq!(say(&server, "echo").await.as_deref(), Ok("done"));
    assert_eq!(world.started().len(), 2);
    world.upstreams.close().await;
}

#[tokio::test]
async fn a_connection_with_a_request_under_way_is_not_idle() {
    let world = World::new();
    let server = world.of(&world.shell(r#"echo called > called; case "$line" in *wait*) ;; *) text done;; esac"#));
    let waiting = tokio::spawn(async move { call(&server, "wait").await });
    world.file("called").await;
    world.clock.advance(Duration::from_hours(1));
    world.upstreams.sweep().await;
    assert!(is_alive(&world.started()[0]) && !waiting.is_finished());
    world.upstreams.close().await;
    let closed = waiting.await.expect("no panic");
    assert_eq!(closed, Err(UpstreamFault::Away("the connection was closed".to_owned())));
}

#[tokio::test]
async fn a_server_that_is_forgotten_or_has_moved_is_left() {
    let world = World::new();
    let address = world.shell("text here");
    let old = world.of(&address);
    say(&old, "echo").await.expect("an answer");
    let moved = world.of(&world.shell("text there"));
    assert_eq!(say(&moved, "echo").await.as_deref(), Ok("there"));
    assert_eq!(say(&old, "echo").await.as_deref(), Ok("here"), "who has begun there may end there");
    world.upstreams.sweep().await;
    let started = world.started();
    assert!(!is_alive(&started[0]) && is_alive(&started[1]));
    assert_eq!(call(&old, "echo").await, Err(UpstreamFault::Away("it is no longer here".to_owned())));
    world.upstreams.forget(WORKSPACE, &name("server")).await;
    assert!(!is_alive(&started[1]));
    assert_eq!(call(&moved, "echo").await, Err(UpstreamFault::Away("it is no longer here".to_owned())));
    assert_eq!(say(&world.of(&address), "echo").await.as_deref(), Ok("here"));
    world.upstreams.close().await;
}

#[tokio::test]
async fn after_the_end_nothing_is_opened() {
    let world = World::new();
    world.upstreams.close().await;
    let late = call(&world.of(&world.shell("text done")), "echo").await;
    assert_eq!(late, Err(UpstreamFault::Away("it is no longer here".to_owned())));
    assert_eq!(world.started(), [] as [String; 0]);
}

#[tokio::test]
async fn only_so_many_connections_a_workspace_and_a_server_may_have() {
    let world = World::with(bounds(|bounds| {
        bounds.connections_of_workspace = 2;
        bounds.connections_of_server = 2;
    }));
    let address = world.shell("text done");
    let of = |workspace, server| world.upstreams.of(WorkspaceId(workspace), &name(server), &address);
    for (workspace, server) in [(1, "one"), (1, "two"), (2, "one")] {
        say(&of(workspace, server), "echo").await.expect("an answer");
    }
    for (workspace, server) in [(1, "three"), (3, "one")] {
        assert_eq!(call(&of(workspace, server), "echo").await, Err(UpstreamFault::Busy));
    }
    say(&of(2, "two"), "echo").await.expect("an answer");
    world.upstreams.forget(WorkspaceId(1), &name("one")).await;
    for (workspace, server) in [(1, "three"), (3, "one")] {
        say(&of(workspace, server), "echo").await.expect("a place that has become free");
    }
    world.upstreams.close().await;
}

#[tokio::test]
async fn a_server_that_fails_is_tried_again_after_a_wait_that_grows_and_a_success_ends() {
    let is_well = Arc::new(AtomicBool::new(false));
    let well = Arc::clone(&is_well);
    let site = Site::answering(move |question, stream| {
        let answer = match (well.load(Ordering::SeqCst), question.begun()) {
            (false, _) => status("503 Busy", ""),
            (true, Some(begun)) => begun,
            (true, None) => question.result(&serde_json::json!({"content": []})),
        };
        stream.write_all(answer.as_bytes())
    });
    let world = World::new();
    let server = world.of(&site.address);
    // Half of each wait is left to chance.
    for (asked, longest) in (1..).zip([500, 1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000]) {
        assert_eq!(call(&server, "echo").await, Err(UpstreamFault::Away("it answered with the status 503".to_owned())));
        world.clock.advance(Duration::from_millis(longest / 2 - 1));
        let waits = call(&server, "echo").await.expect_err("a wait").to_string();
        assert!(waits.contains("it is tried again"), "{waits}");
        assert_eq!(site.asked().len(), asked, "it is not asked meanwhile");
        world.clock.advance(Duration::from_millis(longest / 2 + 1));
    }
    is_well.store(true, Ordering::SeqCst);
    call(&server, "echo").await.expect("an answer");
    world.upstreams.close().await;
}

#[tokio::test]
async fn a_connection_that_died_is_opened_anew_at_the_next_request_and_one_that_dies_at_once_is_waited_for() {
    let world = World::new();
    let server = world.of(&world.shell(r#"case "$line" in *die*) exit 1;; *) text done;; esac"#));
    say(&server, "echo").await.expect("an answer");
    call(&server, "die").await.expect_err("an end");
    let waits = call(&server, "echo").await.expect_err("a wait").to_string();
    assert!(waits.contains("rests for 1 s before"), "{waits}");
    world.clock.advance(Duration::from_millis(500));
    say(&server, "echo").await.expect("an answer");
    // One that goes by itself was gone for long when somebody comes.
    let process = world.started()[1].clone();
    let killed = std::process::Command::new("kill").args(["-9", &process]).status();
    assert!(killed.expect("a kill").success());
    is_gone(&process).await;
    world.clock.advance(Duration::from_secs(10));
    until_answered(&world, &server).await;
    assert_eq!(world.started().len(), 3);
    world.upstreams.close().await;
}

/// That it is gone is noticed a moment after it is.
async fn until_answered(world: &World, server: &Arc<dyn mainstay_mcp::upstream::Upstream>) {
    for _ in 0..50 {
        if say(server, "echo").await.is_ok() {
            return;
        }
        world.clock.advance(Duration::from_secs(1));
    }
    panic!("it comes back");
}

#[tokio::test]
async fn a_server_that_died_is_swept_away() {
    let world = World::new();
    let server = world.of(&world.shell("exec 1>&-; trap '' TERM; while :; do sleep 1; done"));
    call(&server, "echo").await.expect_err("an end");
    drop(server);
    world.upstreams.sweep().await;
    let process = world.started()[0].clone();
    until(|| (!is_alive(&process)).then_some(())).await;
}
