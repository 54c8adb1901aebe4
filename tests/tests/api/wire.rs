//! Bytes that are hardly a request.

use mainstay_testkit::gateway::{Actor as _, Gateway, on_each_gateway, on_own_gateways};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// Sends bytes as they are and reads what comes back.
async fn raw(gateway: &Gateway, bytes: &[u8]) -> String {
    let address = gateway.url().strip_prefix("http://").expect("plain HTTP").to_owned();
    let mut stream = tokio::net::TcpStream::connect(address).await.expect("connected");
    stream.write_all(bytes).await.expect("sent");
    let mut answer = Vec::new();
    let patience = std::time::Duration::from_secs(5);
    let _ = tokio::time::timeout(patience, stream.read_to_end(&mut answer)).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn bytes_that_are_no_request_are_refused_and_the_gateway_goes_on() {
    on_each_gateway(async |gateway| {
        let endless = format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "a".repeat(200_000));
        for bytes in [
            &b"nonsense\r\n\r\n"[..],
            b"GET / HTTP/1.1\r\nhost x\r\n\r\n",
            b"GET /\xff\xfe HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
            b"POST /api/auth/token HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
            b"POST /api/auth/token HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
            b"POST /api/auth/token HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n\r\n",
            endless.as_bytes(),
        ] {
            let answer = raw(gateway, bytes).await;
            let status = answer.split(' ').nth(1).unwrap_or("none").to_owned();
            assert!(answer.is_empty() || status.starts_with('4'), "{answer}");
        }
        let _ = gateway.nobody().get("/health").await.is(200);
    });
}

#[test]
fn a_connection_that_says_nothing_is_closed_and_does_not_hold_up_the_end() {
    on_own_gateways(
        // Longer than the test waits for the end.
        |launch| launch.set("SHUTDOWN_SECONDS", "3600").set("LOG", "info"),
        async |gateway: &mut Gateway| {
            let address = gateway.url().strip_prefix("http://").expect("plain HTTP").to_owned();
            let mut silent = tokio::net::TcpStream::connect(&address).await.expect("connected");
            let closed = tokio::time::timeout(std::time::Duration::from_secs(30), silent.read(&mut [0; 1024])).await;
            assert!(closed.is_ok(), "it is not waited for");
            let _silent = tokio::net::TcpStream::connect(address).await.expect("connected");
            gateway.terminate();
            assert!(gateway.end().await.success(), "it ended as it was told to");
        },
    );
}
