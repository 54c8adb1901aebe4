//! Requests by plain http.

use super::*;

/// A host that gives this answer once; gives its port, and then what it was asked.
async fn host(answer: &'static str) -> (u16, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let asked = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let head = head(&mut stream).await;
        stream.write_all(answer.as_bytes()).await.expect("said");
        head
    });
    (port, asked)
}

#[tokio::test]
async fn a_request_is_handed_on_to_the_host_that_was_looked_at_without_what_was_for_the_proxy() {
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: x-own\r\nX-Own: 1\r\nX-Kept: 2\r\n\r\nhello";
    let (port, asked) = host(answer).await;
    let way = Terms::to(port).serve();
    let answer = way
        .ask(&format!(
            "GET http://127-0-0-1.test:{port}/a?b=c HTTP/1.1\r\nHost: elsewhere.test\r\nProxy-Authorization: Basic eA==\r\n\
             Proxy-Connection: keep-alive\r\nConnection: x-mine\r\nX-Mine: 1\r\nX-Theirs: 2\r\n\r\n"
        ))
        .await;
    let asked = asked.await.expect("asked").to_lowercase();
    assert!(asked.starts_with("get /a?b=c http/1.1\r\n"), "{asked}");
    assert!(asked.contains(&format!("host: 127-0-0-1.test:{port}\r\n")), "{asked}");
    assert!(asked.contains("x-theirs: 2") && asked.contains("via: 1.1 mainstay"), "{asked}");
    for kept in ["elsewhere", "proxy-", "x-mine"] {
        assert!(!asked.contains(kept), "{kept} in {asked}");
    }
    let answer = answer.to_lowercase();
    assert!(answer.starts_with("http/1.1 200") && answer.ends_with("\r\n\r\nhello"), "{answer}");
    assert!(answer.contains("x-kept: 2") && !answer.contains("x-own"), "{answer}");
    assert!(way.served.traffic().received > 5);
}

#[tokio::test]
async fn a_redirect_is_an_answer_like_any_other() {
    let (port, asked) = host("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n").await;
    let way = Terms::to(port).serve();
    let answer = way.ask(&format!("GET http://127.0.0.1:{port}/ HTTP/1.1\r\nHost: x\r\n\r\n")).await;
    assert!(answer.starts_with("HTTP/1.1 302"), "{answer}");
    asked.await.expect("asked");
}

#[tokio::test]
async fn what_is_no_http_is_told_as_such() {
    let (port, _asked) = host("220 mail ready\r\n\r\n").await;
    let way = Terms::to(port).serve();
    let answer = way.ask(&format!("GET http://127.0.0.1:{port}/ HTTP/1.1\r\nHost: x\r\n\r\n")).await;
    assert!(answer.starts_with("HTTP/1.1 502"), "{answer}");
    assert_eq!(way.told(), ["127.0.0.1 gave no answer that can be read"]);
}
