//! What is not reached, however it is asked for.

use super::*;
use crate::egress::own::is_own;

#[tokio::test]
async fn nothing_that_is_not_public_is_reached_however_it_is_written() {
    let mut terms = Terms::to(443);
    terms.reach = Reach::public();
    let way = terms.serve();
    let hosts = [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "%31%32%37.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "0.0.0.0",
        "localhost",
        "LOCALHOST.",
        "a.localhost",
        "169.254.169.254",
        "2852039166",
        "[fe80::1]",
        "[fd00:ec2::254]",
        "10.0.0.7",
        "192.168.1.1",
        "100.64.0.1",
        "224.0.0.1",
        "[ff02::1]",
        "10-0-0-7.test",
        "169-254-169-254.test",
        "127-0-0-1.test",
        "both.test",
    ];
    for host in hosts {
        let (status, text) = way.refusal(&format!("{host}:443")).await;
        // Some spellings are no target of a tunnel at all.
        assert!(matches!(status, 403 | 400), "{host}: {status} {text}");
        assert!(status == 400 || text.ends_with("is refused: its address is not public"), "{host}: {text}");
        let answer = way.ask(&format!("GET http://{host}/ HTTP/1.1\r\nHost: public.test\r\n\r\n")).await;
        assert!(answer.starts_with("HTTP/1.1 403") || answer.starts_with("HTTP/1.1 400"), "{host}: {answer}");
    }
    assert!(way.told().contains(&"169.254.169.254 is refused: its address is not public".to_owned()));
    assert_eq!(way.served.traffic(), Traffic { sent: 0, received: 0 });
}

#[tokio::test]
async fn a_name_of_which_one_address_is_private_is_refused_as_a_whole() {
    let (port, _echo) = echo().await;
    let way = Terms::to(port).serve();
    let (status, text) = way.refusal(&format!("both.test:{port}")).await;
    assert_eq!((status, text.as_str()), (403, "both.test is refused: its address is not public"));
}

#[tokio::test]
async fn this_machine_and_the_installation_are_refused_even_within_reach() {
    let (port, _echo) = echo().await;
    let mut terms = Terms::to(port);
    terms.bounds.is_own = is_own;
    let way = terms.serve();
    for host in ["127.0.0.1", "127-0-0-1.test", "mainstay.test", "MAINSTAY.test."] {
        let (status, text) = way.refusal(&format!("{host}:{port}")).await;
        assert_eq!(status, 403, "{host}");
        assert!(text.ends_with("it is this installation or the machine that it runs on"), "{text}");
    }
}

#[tokio::test]
async fn ports_beside_those_of_https_and_http_are_refused() {
    let way = Terms::to(443).serve();
    for port in [22, 25, 3306, 5432, 8080] {
        let (status, text) = way.refusal(&format!("127.0.0.1:{port}")).await;
        let expected = format!("127.0.0.1:{port} is refused: only the ports 443 and 80 may be reached");
        assert_eq!((status, text), (403, expected));
    }
    let answer = way.ask("GET http://127.0.0.1:22/ HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
}

#[tokio::test]
async fn a_host_that_is_not_on_the_list_is_refused_before_anybody_is_asked_for_its_address() {
    let (port, _echo) = echo().await;
    let mut terms = Terms::to(port);
    terms.hosts = Hosts::parse("*.0-0-1.test,127-0-0-1.test").expect("a list");
    let way = terms.serve();
    let (status, text) = way.refusal(&format!("nowhere.test:{port}")).await;
    let reason = "it is not among the hosts that may be reached from here";
    assert_eq!((status, text), (403, format!("nowhere.test is refused: {reason}")));
    assert_eq!(way.refusal(&format!("127.0.0.1:{port}")).await.0, 403, "an address is on no list");
    assert_eq!(way.refusal(&format!("a.0-0-1.test:{port}")).await.0, 502, "it is on the list, and nowhere");
    let _ = way.tunnel(&format!("127-0-0-1.test:{port}")).await;
    assert_eq!(way.told().len(), 3);
}

#[tokio::test]
async fn a_request_that_names_a_user_no_port_or_no_host_is_refused() {
    let (port, _echo) = echo().await;
    let way = Terms::to(port).serve();
    for target in [format!("me:secret@127.0.0.1:{port}"), format!("10.0.0.7:80@127.0.0.1:{port}"), "a b:443".to_owned()]
    {
        assert_eq!(way.refusal(&target).await.0, 400, "{target}");
    }
    assert_eq!(way.refusal("127.0.0.1").await.0, 400);
    let requests = [
        format!("GET http://me@127.0.0.1:{port}/ HTTP/1.1\r\nHost: x\r\n\r\n"),
        format!("GET https://127.0.0.1:{port}/ HTTP/1.1\r\nHost: x\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"),
    ];
    for request in requests {
        let answer = way.ask(&request).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{request}: {answer}");
    }
    assert!(way.told().iter().all(|told| !told.contains("secret")), "{:?}", way.told());
}

#[tokio::test]
async fn a_host_that_nobody_is_at_cannot_be_reached_and_that_is_told() {
    let (port, echo) = echo().await;
    echo.abort();
    let _ = echo.await;
    let way = Terms::to(port).serve();
    assert_eq!(way.refusal(&format!("127.0.0.1:{port}")).await, (502, "127.0.0.1 cannot be reached".to_owned()));
    assert_eq!(way.refusal(&format!("nobody.test:{port}")).await, (502, "nobody.test cannot be found".to_owned()));
    assert_eq!(way.told(), ["127.0.0.1 cannot be reached", "nobody.test cannot be found"]);
}
