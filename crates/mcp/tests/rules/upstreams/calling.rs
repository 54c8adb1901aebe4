//! What becomes of requests: answered, heard, taken back, or too many.

// The newest revision deprecates logs (SEP-2577); the older ones have them.
#![expect(deprecated)]

use super::served::{BOTH, Lifecycle, Site as Served};
use super::world::{World, bounds, call, calling, ear, say, soon, text, until};
use mainstay_mcp::protocol::{
    ArgumentInfo, CallToolRequestParams, CallToolResponse, CompleteRequestParams, GetPromptRequestParams,
    GetPromptResponse, ReadResourceRequestParams, ReadResourceResponse, Reference, RequestMetaObject,
};
use mainstay_mcp::upstream::{Heard, Hearing, UpstreamFault};
use serde_json::json;
use std::sync::Arc;

#[tokio::test]
async fn resources_are_read_prompts_filled_in_and_arguments_completed() {
    for lifecycle in BOTH {
        let (world, site) = (World::new(), Served::serving(lifecycle));
        for address in [world.served(lifecycle), site.address.clone()] {
            let server = world.of(&address);
            let read = server.read(ReadResourceRequestParams::new("note://1"), Hearing::default()).await;
            assert!(matches!(read, Ok(ReadResourceResponse::Complete(note)) if note.contents.len() == 1));
            let filled = server.prompt(GetPromptRequestParams::new("greet"), Hearing::default()).await;
            assert!(matches!(filled, Ok(GetPromptResponse::Complete(greeting)) if greeting.messages.len() == 1));
            let argument = ArgumentInfo::new("colour", "g");
            let completed = server.complete(CompleteRequestParams::new(Reference::for_prompt("greet"), argument)).await;
            assert_eq!(completed.expect("a completion").completion.values, ["green"]);
        }
        world.upstreams.close().await;
    }
}

#[tokio::test]
async fn an_error_of_the_server_is_passed_on() {
    for lifecycle in BOTH {
        let (world, site) = (World::new(), Served::serving(lifecycle));
        for address in [world.served(lifecycle), site.address.clone()] {
            let refused = call(&world.of(&address), "nothing").await;
            assert!(matches!(refused, Err(UpstreamFault::Refused(error)) if error.message == "There is no such tool."));
        }
        world.upstreams.close().await;
    }
}

#[tokio::test]
async fn progress_reaches_who_asked_in_its_order_and_before_the_answer() {
    for lifecycle in BOTH {
        let (world, site) = (World::new(), Served::serving(lifecycle));
        for address in [world.served(lifecycle), site.address.clone()] {
            let (hearing, heard) = ear();
            world.of(&address).call(calling("progress"), hearing).await.expect("an answer");
            let steps: Vec<_> = heard.lock().expect("what was heard").iter().map(step).collect();
            assert_eq!(steps, [Some(1.0), Some(2.0), Some(3.0)], "{lifecycle:?} {address:?}");
        }
        world.upstreams.close().await;
    }
}

fn step(heard: &Heard) -> Option<f64> {
    match heard {
        Heard::Progress(progress) => Some(progress.progress),
        Heard::Log(_) => None,
    }
}

#[tokio::test]
async fn the_log_of_a_request_reaches_who_asked() {
    for lifecycle in BOTH {
        let (world, site) = (World::new(), Served::serving(lifecycle));
        // Over HTTP the SDK's server ties logs to a request in the newest revision alone.
        let tied = (lifecycle == Lifecycle::Discover).then(|| site.address.clone());
        for address in [Some(world.served(lifecycle)), tied].into_iter().flatten() {
            let (hearing, heard) = ear();
            let mut wanted = calling("log");
            let mut meta = RequestMetaObject::new();
            meta.insert("io.modelcontextprotocol/logLevel".to_owned(), json!("debug"));
            wanted.meta = Some(meta);
            world.of(&address).call(wanted, hearing).await.expect("an answer");
            let heard = heard.lock().expect("what was heard");
            let [Heard::Log(line)] = heard.as_slice() else {
                panic!("{lifecycle:?} {address:?}: a line, not {heard:?}")
            };
            assert_eq!(line.data, json!("working"));
        }
        world.upstreams.close().await;
    }
}

#[tokio::test]
async fn what_is_told_of_another_request_is_not_heard() {
    let world = World::new();
    let server = world.of(&world.shell(r#"tell progress '"progressToken":999,"progress":1'; text done"#));
    let (hearing, heard) = ear();
    server.call(calling("echo"), hearing).await.expect("an answer");
    assert_eq!(heard.lock().expect("what was heard").as_slice(), []);
    world.upstreams.close().await;
}

#[tokio::test]
async fn a_request_that_is_dropped_is_taken_back_and_the_connection_goes_on() {
    let world = World::new();
    for lifecycle in BOTH {
        let site = Served::serving(lifecycle);
        let server = world.of(&site.address);
        let waiting = tokio::spawn({
            let server = Arc::clone(&server);
            async move { call(&server, "wait").await }
        });
        tokio::time::timeout(super::world::LONG, site.started.notified()).await.expect("it is under way");
        waiting.abort();
        tokio::time::timeout(super::world::LONG, site.cancelled.notified()).await.expect("it is taken back");
        assert_eq!(say(&server, "echo").await.as_deref(), Ok("done"));
    }
    let server = world.of(&world.shell(r#"echo "$line" >> called"#));
    let waiting = tokio::spawn({
        let server = Arc::clone(&server);
        async move { call(&server, "wait").await }
    });
    world.file("called").await;
    waiting.abort();
    assert!(world.file("cancelled").await.contains("nobody waits for it any more"));
    world.upstreams.close().await;
}

#[tokio::test]
async fn an_answer_that_does_not_come_in_time_is_given_up_and_taken_back() {
    let world = World::with(soon());
    let server = world.of(&world.shell(r#"case "$line" in *slow*) ;; *) text done;; esac"#));
    call(&server, "echo").await.expect("an answer");
    assert_eq!(call(&server, "slow").await, Err(UpstreamFault::TimedOut(super::world::SOON)));
    world.file("cancelled").await;
    assert_eq!(say(&server, "echo").await.as_deref(), Ok("done"), "the connection goes on");
    assert_eq!(world.started().len(), 1);
    world.upstreams.close().await;
}

#[tokio::test]
async fn only_so_many_requests_are_under_way_at_once() {
    let world = World::with(bounds(|bounds| bounds.requests = 2));
    let server = world.of(&world.shell(r#"echo "$line" >> called"#));
    let waiting = [(); 2].map(|()| {
        let server = Arc::clone(&server);
        tokio::spawn(async move { call(&server, "wait").await })
    });
    until(|| (lines(&world) == 2).then_some(())).await;
    assert_eq!(call(&server, "echo").await, Err(UpstreamFault::Busy));
    for waiting in waiting {
        waiting.abort();
        assert!(waiting.await.is_err());
    }
    let again = tokio::spawn(async move { call(&server, "wait").await });
    until(|| (lines(&world) == 3).then_some(())).await;
    again.abort();
    world.upstreams.close().await;
}

fn lines(world: &World) -> usize {
    std::fs::read_to_string(world.folder.path().join("called")).unwrap_or_default().lines().count()
}

#[tokio::test]
async fn a_tool_without_anything_to_say_is_a_result() {
    let world = World::new();
    let result = call(&world.of(&world.shell("result '{}'")), "echo").await.expect("a result");
    assert!(result.content.is_empty());
    world.upstreams.close().await;
}

#[tokio::test]
async fn many_are_answered_at_once_each_with_its_own() {
    let world = World::new();
    // Answers in the other order.
    let server = world.of(&world.shell(
        r#"name=${line#*\"name\":\"}; name=${name%%\"*}
           if [ -z "$first" ]; then first=$id; word=$name; else text $name; id=$first; text $word; fi"#,
    ));
    let say = |tool: &'static str| {
        let server = Arc::clone(&server);
        async move { super::world::say(&server, tool).await }
    };
    let (one, other) = tokio::join!(say("one"), say("other"));
    assert_eq!((one.as_deref(), other.as_deref()), (Ok("one"), Ok("other")));
    world.upstreams.close().await;
}

#[tokio::test]
async fn nothing_of_the_caller_s_own_connection_is_handed_on() {
    let world = World::new();
    let server = world.of(&world.shell(r#"echo "$line" > called; text done"#));
    let mut call = CallToolRequestParams::new("echo");
    let mut meta = RequestMetaObject::new();
    meta.insert("io.modelcontextprotocol/clientInfo".to_owned(), json!({"name": "stranger", "version": "1"}));
    meta.insert("io.modelcontextprotocol/protocolVersion".to_owned(), json!("2026-07-28"));
    meta.insert("traceparent".to_owned(), json!("00-1-1-01"));
    call.meta = Some(meta);
    let answer = server.call(call, Hearing::default()).await.expect("an answer");
    assert!(matches!(answer, CallToolResponse::Complete(result) if text(&result) == "done"));
    let called = world.file("called").await;
    assert!(
        called.contains("traceparent") && !called.contains("stranger") && !called.contains("2026-07-28"),
        "{called}"
    );
    world.upstreams.close().await;
}

#[tokio::test]
async fn a_change_of_what_a_server_has_is_told() {
    for lifecycle in BOTH {
        let (world, site) = (World::new(), Served::serving(lifecycle));
        for address in [world.served(lifecycle), site.address.clone()] {
            let before = world.changes();
            call(&world.of(&address), "grow").await.expect("an answer");
            until(|| (world.changes() > before).then_some(())).await;
        }
        world.upstreams.close().await;
    }
}
