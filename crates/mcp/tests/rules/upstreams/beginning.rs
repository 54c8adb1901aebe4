//! How a server is begun with, whichever revision it speaks.

use super::served::{BOTH, Lifecycle, Site as Served};
use super::site::{Question, Site, json, status};
use super::world::{World, bounds, call, say};
use mainstay_mcp::upstream::UpstreamFault;
use serde_json::json;
use std::io::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

#[tokio::test]
async fn servers_of_both_lifecycles_are_asked_as_processes_and_as_addresses() {
    for lifecycle in BOTH {
        let world = World::new();
        let site = Served::serving(lifecycle);
        for address in [world.served(lifecycle), site.address.clone()] {
            let server = world.of(&address);
            assert_eq!(say(&server, "echo").await.as_deref(), Ok("done"), "{lifecycle:?} {address:?}");
            let offer = server.offer().await.expect("an offer");
            let tools: Vec<_> = offer.tools.iter().map(|tool| tool.name.as_ref()).collect();
            assert_eq!(tools, ["echo", "progress", "log", "wait"]);
            assert_eq!((offer.resources.len(), offer.prompts.len(), offer.templates.len()), (1, 1, 0));
            assert_eq!((offer.instructions.as_deref(), offer.completes), (Some("Ask."), true));
        }
        world.upstreams.close().await;
    }
}

#[tokio::test]
async fn a_server_that_tells_of_older_revisions_alone_is_asked_in_one_of_them() {
    let (world, site) = (World::new(), Served::serving(Lifecycle::Between));
    for address in [world.served(Lifecycle::Between), site.address.clone()] {
        assert_eq!(say(&world.of(&address), "echo").await.as_deref(), Ok("done"), "{address:?}");
    }
    world.upstreams.close().await;
}

#[tokio::test]
async fn a_server_that_does_not_say_what_it_speaks_is_begun_with_in_the_old_way_and_its_late_word_is_passed_over() {
    let late = r#"
      while IFS= read -r line; do
        rest=${line#*\"id\":}; id=${rest%%[,\}]*}
        case "$line" in
          *'"server/discover"'*) probe=$id;;
          *'"initialize"'*)
            echo "{\"jsonrpc\":\"2.0\",\"id\":$probe,\"error\":{\"code\":-32601,\"message\":\"unknown\"}}"
            echo "{\"jsonrpc\":\"2.0\",\"id\":$id,\"result\":{\"protocolVersion\":\"2024-11-05\",\"capabilities\":{},\"serverInfo\":{\"name\":\"s\",\"version\":\"1\"}}}";;
          *'"tools/call"'*) echo "{\"jsonrpc\":\"2.0\",\"id\":$id,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"late\"}]}}";;
        esac
      done"#;
    let world = World::new();
    assert_eq!(say(&world.of(&world.script(late)), "echo").await.as_deref(), Ok("late"));
    world.upstreams.close().await;
}

#[tokio::test]
async fn a_server_that_never_begins_is_given_up_after_a_while() {
    let world = World::with(bounds(|bounds| bounds.opening = Duration::from_millis(300)));
    let mute = world.script("echo $$ > process; exec cat > /dev/null");
    assert_eq!(call(&world.of(&mute), "echo").await, Err(UpstreamFault::TimedOut(Duration::from_millis(300))));
    super::world::is_gone(&world.file("process").await).await;
}

#[tokio::test]
async fn a_session_that_is_over_is_begun_anew_and_the_call_is_made_in_the_new_one() {
    let unknown = r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"Bad Request: No valid session ID"}}"#;
    for over in [status("404 Not Found", ""), json(400, unknown)] {
        let sessions = AtomicUsize::new(0);
        let site = Site::answering(move |question, stream| {
            let answer = match question.message["method"].as_str() {
                Some("initialize") => begin_session(question, sessions.fetch_add(1, Ordering::SeqCst)),
                Some("tools/call") if question.head.contains("mcp-session-id: session-0") => over.clone(),
                Some("tools/call") => question.result(&json!({"content": [{"type": "text", "text": "done"}]})),
                _ => question.begun().expect("an answer"),
            };
            stream.write_all(answer.as_bytes())
        });
        let world = World::new();
        assert_eq!(say(&world.of(&site.address), "echo").await.as_deref(), Ok("done"));
        assert_eq!((site.count("initialize"), site.count("tools/call")), (2, 2));
        assert!(site.asked().iter().any(|asked| asked.contains("mcp-session-id: session-1")));
        world.upstreams.close().await;
        let ends = |asked: &&String| asked.starts_with("DELETE ") && asked.contains("mcp-session-id: session-1");
        assert_eq!(site.asked().iter().filter(ends).count(), 1);
    }
}

fn begin_session(question: &Question, number: usize) -> String {
    let begun = question.begun().expect("a beginning");
    begun.replacen("\r\n", &format!("\r\nmcp-session-id: session-{number}\r\n"), 1)
}

#[tokio::test]
async fn a_server_that_refuses_to_begin_is_broken_and_one_that_fails_is_away() {
    let world = World::new();
    let refusing = Site::answering(|question, stream| {
        let error = json!({"jsonrpc": "2.0", "id": question.message["id"], "error": {"code": -32600, "message": "no"}});
        stream.write_all(json(400, &error.to_string()).as_bytes())
    });
    let fault = call(&world.of(&refusing.address), "echo").await.expect_err("a fault");
    assert_eq!(fault, UpstreamFault::Broken("it refuses to begin".to_owned()));
    let failing = Site::answering(|_, stream| stream.write_all(status("503 Busy", "").as_bytes()));
    let fault = call(&world.of(&failing.address), "echo").await.expect_err("a fault");
    assert_eq!(fault, UpstreamFault::Away("it answered with the status 503".to_owned()));
    assert_eq!(failing.count("initialize"), 0, "a probe that says nothing is no reason to begin in the old way");
}
