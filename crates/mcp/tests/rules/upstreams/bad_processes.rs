//! Processes that lie, flood, stall and die.

use super::world::{World, bounds, call, calling, ear, is_alive, is_gone, say, soon};
use mainstay_mcp::upstream::{Heard, UpstreamFault};
use std::fs;

async fn fault_of(world: &World, what_a_call_does: &str) -> UpstreamFault {
    call(&world.of(&world.shell(what_a_call_does)), "echo").await.expect_err("a fault")
}

/// Bytes of memory that this process holds.
fn memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("a status");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a line");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") * 1024
}

#[tokio::test]
async fn what_is_meant_as_a_message_and_is_none_breaks_the_connection() {
    for nonsense in
        [r#"{\"jsonrpc\":\"2.0\",\"id\":$id,\"result\":{"#, r#"{\"jsonrpc\":\"2.0\",\"id\":{},\"result\":1}"#]
    {
        let world = World::new();
        let fault = fault_of(&world, &format!("say \"{nonsense}\"")).await;
        assert!(matches!(fault, UpstreamFault::Broken(_)), "{fault:?}");
        is_gone(&world.started()[0]).await;
    }
}

#[tokio::test]
async fn what_a_program_prints_besides_is_passed_over_until_it_is_nothing_else() {
    let world = World::new();
    let chatty = r#"say 'Server started.'; say ''; say '{"level":"info"}'; say '{ half'; text done"#;
    assert_eq!(say(&world.of(&world.shell(chatty)), "echo").await.as_deref(), Ok("done"));
    world.upstreams.close().await;
    let fault = fault_of(&World::new(), "exec yes").await;
    assert_eq!(fault, UpstreamFault::Broken("it says what is no message".to_owned()));
}

#[tokio::test]
async fn endless_output_without_a_line_s_end_is_cut_off_and_takes_no_memory() {
    let before = memory();
    let world = World::new();
    let fault = fault_of(&world, "exec tr '\\000' x < /dev/zero").await;
    assert_eq!(fault, UpstreamFault::TooLarge { most: 8 * 1024 * 1024 });
    is_gone(&world.started()[0]).await;
    assert!(memory() < before + 100 * 1024 * 1024);
}

#[tokio::test]
async fn a_message_that_is_too_large_is_told_to_be_so() {
    let world = World::with(bounds(|bounds| bounds.most_bytes = 10_000));
    let fault = fault_of(&world, "text $(head -c 10001 /dev/zero | tr '\\000' x)").await;
    assert_eq!(fault, UpstreamFault::TooLarge { most: 10_000 });
}

#[tokio::test]
async fn endless_log_lines_reach_who_asked_until_the_time_is_over_and_are_not_kept() {
    let world = World::with(soon());
    let line = r#"{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"x"}}"#;
    let server = world.of(&world.shell(&format!("exec yes '{line}'")));
    let before = memory();
    let (hearing, heard) = ear();
    let answer = server.call(calling("echo"), hearing).await;
    assert_eq!(answer.expect_err("a fault"), UpstreamFault::TimedOut(super::world::SOON));
    let heard = heard.lock().expect("what was heard").len();
    assert!(heard > 100, "{heard}");
    assert!(memory() < before + 200 * 1024 * 1024);
    world.upstreams.close().await;
    is_gone(&world.started()[0]).await;
}

#[tokio::test]
async fn endless_progress_is_heard_by_whom_it_is_for_alone() {
    let world = World::with(soon());
    let progress = r#"{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":77,"progress":1}}"#;
    let server = world.of(&world.shell(&format!("exec yes '{progress}'")));
    let (hearing, heard) = ear();
    let answer = server.call(calling("echo"), hearing).await;
    assert_eq!(answer.expect_err("a fault"), UpstreamFault::TimedOut(super::world::SOON));
    assert!(heard.lock().expect("what was heard").iter().all(|heard| !matches!(heard, Heard::Progress(_))));
    world.upstreams.close().await;
}

#[tokio::test]
async fn a_server_that_asks_without_end_and_takes_no_answers_is_broken() {
    let ask = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
    let fault = fault_of(&World::new(), &format!("exec yes '{ask}'")).await;
    assert_eq!(fault, UpstreamFault::Broken("it asks and takes no answers".to_owned()));
}

#[tokio::test]
async fn a_process_that_dies_in_the_middle_of_a_call_is_away_and_the_call_is_not_made_again() {
    let world = World::new();
    let fault = fault_of(&world, "echo called >> calls; exit 3").await;
    assert_eq!(fault, UpstreamFault::Away("its process ended with exit status: 3".to_owned()));
    assert_eq!(world.file("calls").await, "called");
}

#[tokio::test]
async fn a_process_that_does_not_start_is_away() {
    let world = World::new();
    let ends = call(&world.of(&world.script("exit 7")), "echo").await;
    assert_eq!(ends, Err(UpstreamFault::Away("its process ended with exit status: 7".to_owned())));
    let missing = call(&world.of(&world.process("/nowhere/server", &[], &[])), "echo").await;
    assert_eq!(missing, Err(UpstreamFault::Away("its program cannot be run".to_owned())));
    let nowhere = World::new();
    let address = nowhere.script("exit 0");
    fs::remove_dir(nowhere.folder.path()).expect("a folder");
    let homeless = call(&nowhere.of(&address), "echo").await;
    assert_eq!(homeless, Err(UpstreamFault::Away("its process does not start".to_owned())));
}

#[tokio::test]
async fn an_answer_to_what_nobody_asked_is_passed_over() {
    let world = World::with(soon());
    let server = world.of(&world.shell(r#"case "$line" in *wrong*) id=4711; text no;; *) text done;; esac"#));
    assert_eq!(call(&server, "wrong").await, Err(UpstreamFault::TimedOut(super::world::SOON)));
    assert_eq!(say(&server, "echo").await.as_deref(), Ok("done"));
    world.upstreams.close().await;
}

#[tokio::test]
async fn a_process_that_closes_its_output_and_stays_is_away_and_made_to_go() {
    let world = World::new();
    let stays = "trap '' TERM; exec 1>&-; while :; do sleep 1; done";
    let fault = fault_of(&world, stays).await;
    assert_eq!(fault, UpstreamFault::Away("its process says nothing any more".to_owned()));
    is_gone(&world.started()[0]).await;
}

#[tokio::test]
async fn a_process_that_takes_no_messages_does_not_hold_up_who_asks() {
    let world = World::with(soon());
    let address = world.shell("while :; do sleep 1; done");
    let server = world.of(&address);
    let large = "x".repeat(200_000);
    let mut big = calling("echo");
    big.arguments = serde_json::json!({ "text": large }).as_object().cloned();
    for _ in 0..3 {
        let answer = server.call(big.clone(), mainstay_mcp::upstream::Hearing::default()).await;
        assert_eq!(answer.expect_err("a fault"), UpstreamFault::TimedOut(super::world::SOON));
    }
    world.upstreams.close().await;
    is_gone(&world.started()[0]).await;
}

#[tokio::test]
async fn a_process_that_closes_its_input_and_stays_is_away_when_it_is_asked_once_more() {
    let world = World::with(soon());
    let server = world.of(&world.shell("text done; exec 0<&-; while :; do sleep 1; done"));
    call(&server, "echo").await.expect("an answer");
    let away = UpstreamFault::Away("its process takes no messages".to_owned());
    // The first line may still find the pipe open, and then finds nobody who reads it.
    let mut faults = Vec::new();
    while faults.last() != Some(&away) && faults.len() < 5 {
        faults.push(call(&server, "echo").await.expect_err("a fault"));
    }
    assert_eq!(faults.last(), Some(&away), "{faults:?}");
    world.upstreams.close().await;
    is_gone(&world.started()[0]).await;
}

#[tokio::test]
async fn what_a_process_has_started_goes_with_it() {
    let world = World::new();
    let server = world.of(&world.shell("sleep 1000 & echo $! > child; (trap '' TERM HUP; sleep 1001) & text done"));
    call(&server, "echo").await.expect("an answer");
    let child = world.file("child").await;
    assert!(is_alive(&child));
    world.upstreams.close().await;
    is_gone(&child).await;
    is_gone(&world.started()[0]).await;
}

#[tokio::test]
async fn a_process_that_begins_to_say_much_on_its_standard_error_is_not_held_up_by_it() {
    let world = World::new();
    let loud = "head -c 3000000 /dev/zero | tr '\\000' x >&2; yes complaint | head -n 100000 >&2; text done";
    assert_eq!(say(&world.of(&world.shell(loud)), "echo").await.as_deref(), Ok("done"));
    world.upstreams.close().await;
}
