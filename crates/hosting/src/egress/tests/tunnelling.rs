//! What tunnels carry, and how they end.

use super::*;

async fn says(stream: &mut TcpStream, text: &[u8]) {
    stream.write_all(text).await.expect("said");
    let mut heard = vec![0; text.len()];
    stream.read_exact(&mut heard).await.expect("heard");
    assert_eq!(heard, text);
}

#[tokio::test]
async fn a_tunnel_carries_bytes_in_both_directions_and_counts_them() {
    let (port, _echo) = echo().await;
    let way = Terms::to(port).serve();
    for host in ["127.0.0.1", "127-0-0-1.test", "127-0-0-1.test."] {
        let mut stream = way.tunnel(&format!("{host}:{port}")).await;
        says(&mut stream, &vec![7; 100_000]).await;
        stream.shutdown().await.expect("an end");
        assert!(ends(&mut stream).await, "{host}");
    }
    assert_eq!(way.served.traffic(), Traffic { sent: 300_000, received: 300_000 });
    assert_eq!(way.told(), Vec::<String>::new());
}

#[tokio::test]
async fn what_is_said_along_with_the_request_is_carried_too() {
    let (port, _echo) = echo().await;
    let way = Terms::to(port).serve();
    let mut stream = way.connect().await;
    let hasty = format!("CONNECT 127.0.0.1:{port} HTTP/1.1\r\nHost: x\r\n\r\nhello");
    stream.write_all(hasty.as_bytes()).await.expect("said");
    assert!(head(&mut stream).await.starts_with("HTTP/1.1 200"));
    let mut heard = [0; 5];
    stream.read_exact(&mut heard).await.expect("heard");
    assert_eq!(&heard, b"hello");
}

#[tokio::test]
async fn with_the_proxy_its_tunnels_and_its_listener_end() {
    let (port, _echo) = echo().await;
    let way = Terms::to(port).serve();
    let mut stream = way.tunnel(&format!("127.0.0.1:{port}")).await;
    says(&mut stream, b"hello").await;
    let address = way.address;
    drop(way);
    assert!(ends(&mut stream).await);
    for _ in 0..200 {
        if TcpStream::connect(address).await.is_err() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("somebody still listens");
}

#[tokio::test]
async fn a_tunnel_in_which_nobody_says_anything_ends() {
    let (port, _echo) = echo().await;
    let mut terms = Terms::to(port);
    terms.bounds.idle = Duration::from_millis(200);
    let way = terms.serve();
    let mut stream = way.tunnel(&format!("127.0.0.1:{port}")).await;
    for _ in 0..8 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        says(&mut stream, b"still here").await;
    }
    assert!(ends(&mut stream).await);
}

#[tokio::test]
async fn a_box_has_only_so_many_tunnels_and_another_when_one_has_ended() {
    let (port, _echo) = echo().await;
    let mut terms = Terms::to(port);
    terms.bounds.most = 3;
    let way = terms.serve();
    let target = format!("127.0.0.1:{port}");
    let mut open = Vec::new();
    for _ in 0..3 {
        open.push(way.tunnel(&target).await);
    }
    let (status, text) = way.refusal(&target).await;
    assert_eq!((status, text.as_str()), (503, "127.0.0.1 is refused: 3 connections are open already"));
    open.pop();
    for _ in 0..200 {
        let mut stream = way.connect().await;
        let request = format!("CONNECT {target} HTTP/1.1\r\nHost: x\r\n\r\n");
        stream.write_all(request.as_bytes()).await.expect("said");
        if head(&mut stream).await.starts_with("HTTP/1.1 200") {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("no place became free");
}
