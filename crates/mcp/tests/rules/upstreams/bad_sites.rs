//! Addresses that lie, flood, stall and lead elsewhere.

use super::site::{EVENTS, Site, json, status};
use super::world::{World, bounds, call, calling, ear, http, say, soon, until};
use mainstay_mcp::upstream::{Heard, UpstreamFault};
use std::io::Write as _;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

async fn fault_of(world: &World, site: &Site) -> UpstreamFault {
    let fault = call(&world.of(&site.address), "echo").await.expect_err("a fault");
    world.upstreams.close().await;
    fault
}

#[tokio::test]
async fn an_answer_that_is_no_message_is_broken() {
    let html = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 2\r\n\r\nhi";
    let events = format!("{EVENTS}data: {{\"jsonrpc\":\r\n\r\n");
    for answer in [json(200, "{"), json(200, "[1]"), html.to_owned(), events] {
        let fault = fault_of(&World::new(), &Site::saying(&answer)).await;
        assert!(matches!(fault, UpstreamFault::Broken(_)), "{answer}: {fault:?}");
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_no_answer_and_the_call_is_not_made_again() {
    let short = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{}";
    for answer in [short.to_owned(), EVENTS.to_owned(), "nonsense\r\n\r\n".to_owned()] {
        let site = Site::saying(&answer);
        let fault = fault_of(&World::new(), &site).await;
        assert!(matches!(fault, UpstreamFault::Broken(_) | UpstreamFault::Away(_)), "{fault:?}");
        assert_eq!(site.count("tools/call"), 1, "{answer}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_credentials_that_are_refused_are_not_shown() {
    let elsewhere = Site::saying("");
    let redirect = status("307 Away", &format!("location: {}\r\n", elsewhere.url));
    let fault = fault_of(&World::new(), &Site::saying(&redirect)).await;
    assert_eq!(fault, UpstreamFault::Away("it leads elsewhere, and redirects are not followed".to_owned()));
    assert_eq!(elsewhere.asked(), [] as [String; 0]);
    for refused in ["401 Unauthorized", "403 Forbidden"] {
        let challenge = status(refused, "www-authenticate: Bearer realm=\"hunter2\"\r\n");
        for site in [Site::saying(&challenge), Site::answering(move |_, stream| stream.write_all(challenge.as_bytes()))]
        {
            let world = World::new();
            let fault = call(&world.of(&http(&site.url, &[("authorization", "Bearer hunter2")])), "echo").await;
            let fault = fault.expect_err("a fault");
            let told = "the server refused the credentials that it was given".to_owned();
            assert_eq!(fault, UpstreamFault::Away(told));
            assert!(site.asked()[0].contains("authorization: Bearer hunter2"));
            world.upstreams.close().await;
        }
    }
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_told_to_be_so_however_it_comes() {
    let large = "x".repeat(10_001);
    let events = format!("{EVENTS}data: {large}\r\n\r\n");
    let comment = format!("{EVENTS}: {large}");
    let lines = format!("{EVENTS}{}\r\n", "data: xxxxxxxxxx\r\n".repeat(1000));
    for answer in [json(200, &large), events, comment, lines] {
        let world = World::with(bounds(|bounds| bounds.most_bytes = 10_000));
        let fault = fault_of(&world, &Site::saying(&answer)).await;
        assert_eq!(fault, UpstreamFault::TooLarge { most: 10_000 }, "{}", &answer[..60]);
    }
}

#[tokio::test]
async fn endless_events_are_cut_off_and_so_is_the_connection() {
    let world = World::with(bounds(|bounds| bounds.most_bytes = 10_000));
    let is_over = Arc::new(AtomicBool::new(false));
    let over = Arc::clone(&is_over);
    let site = Site::calling(move |_, stream| {
        stream.write_all(EVENTS.as_bytes())?;
        while stream.write_all(b"data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"}\n\n").is_ok() {}
        over.store(true, Ordering::SeqCst);
        Ok(())
    });
    assert_eq!(fault_of(&world, &site).await, UpstreamFault::TooLarge { most: 10_000 });
    until(|| is_over.load(Ordering::SeqCst).then_some(())).await;
}

#[tokio::test]
async fn an_answer_that_drips_or_does_not_come_is_late_and_its_connection_given_up() {
    for (first, drop) in [(EVENTS, ":\n"), ("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n", " ")] {
        let is_over = Arc::new(AtomicBool::new(false));
        let over = Arc::clone(&is_over);
        let site = Site::calling(move |_, stream| {
            stream.write_all(first.as_bytes())?;
            while stream.write_all(drop.as_bytes()).is_ok() {
                thread::sleep(Duration::from_millis(10));
            }
            over.store(true, Ordering::SeqCst);
            Ok(())
        });
        assert_eq!(fault_of(&World::with(soon()), &site).await, UpstreamFault::TimedOut(super::world::SOON));
        until(|| is_over.load(Ordering::SeqCst).then_some(())).await;
    }
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/", silent.local_addr().expect("an address"));
    let world = World::with(soon());
    assert_eq!(call(&world.of(&http(&url, &[])), "echo").await, Err(UpstreamFault::TimedOut(super::world::SOON)));
    drop(silent);
    let world = World::new();
    let away = UpstreamFault::Away("its address does not answer".to_owned());
    assert_eq!(call(&world.of(&http(&url, &[])), "echo").await, Err(away));
}

#[tokio::test]
async fn the_log_on_the_stream_of_an_answer_is_that_request_s_own() {
    let site = Site::calling(|question, stream| {
        stream.write_all(EVENTS.as_bytes())?;
        let line = r#"{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"working"}}"#;
        stream.write_all(format!("data: {line}\n\n").as_bytes())?;
        let result = r#"{"content":[{"type":"text","text":"done"}]}"#;
        let id = &question.message["id"];
        stream.write_all(format!("data: {{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":{result}}}\n\n").as_bytes())
    });
    let world = World::new();
    let server = world.of(&site.address);
    let ((one, heard), (other, heard_too)) = (ear(), ear());
    let (answer, answer_too) = tokio::join!(server.call(calling("one"), one), server.call(calling("other"), other));
    assert!(answer.is_ok() && answer_too.is_ok());
    for heard in [heard, heard_too] {
        assert!(matches!(heard.lock().expect("what was heard").as_slice(), [Heard::Log(_)]));
    }
    world.upstreams.close().await;
}

#[tokio::test]
async fn an_error_with_a_status_of_its_own_is_passed_on() {
    let site = Site::calling(|question, stream| {
        let id = &question.message["id"];
        let error = format!(r#"{{"jsonrpc":"2.0","id":{id},"error":{{"code":-32602,"message":"no such tool"}}}}"#);
        stream.write_all(json(400, &error).as_bytes())
    });
    let world = World::new();
    let refused = say(&world.of(&site.address), "echo").await;
    assert!(matches!(refused, Err(UpstreamFault::Refused(error)) if error.message == "no such tool"));
    world.upstreams.close().await;
}
