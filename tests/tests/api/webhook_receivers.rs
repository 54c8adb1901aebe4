//! Receivers that behave badly, and what the delivery tells of it.

use crate::hooks::{Hook, once, publish};
use futures_util::future::join_all;
use mainstay_testkit::gateway::{Actor, Gateway, on_each_gateway, on_own_gateways};
use mainstay_testkit::{Receiver, Reply};
use serde_json::json;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

const LATE: &str = "The answer took too long.";
const BROKEN: &str = "The answer cannot be read.";

/// What is said again and again.
const CHATTER: &[u8] = &[b'x'; 16 * 1024];

/// What is done with a connection.
#[derive(Clone, Copy)]
enum Manners {
    /// It is taken, and nothing is said.
    Silence,
    /// It is reset.
    Reset,
    /// A body that is promised comes a byte at a time.
    Drip,
    /// A body never ends.
    Endless,
    /// Something is said that is neither HTTP nor TLS.
    Gibberish,
}

/// A receiver with these manners; it ends when it is dropped.
struct Rude {
    port: u16,
    serving: JoinHandle<()>,
}

impl Rude {
    async fn start(manners: Manners) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port is free");
        let port = listener.local_addr().expect("it has an address").port();
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // Whoever has had enough hangs up.
                tokio::spawn(async move { drop(behave(stream, manners).await) });
            }
        });
        Self { port, serving }
    }

    fn url(&self, scheme: &str) -> String {
        format!("{scheme}://127.0.0.1:{}/hook", self.port)
    }
}

impl Drop for Rude {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn behave(mut stream: TcpStream, manners: Manners) -> std::io::Result<()> {
    stream.readable().await?;
    if matches!(manners, Manners::Reset) {
        // What was sent and never read makes a reset of the end.
        return Ok(());
    }
    let _ = stream.read(&mut vec![0; 16 * 1024]).await?;
    match manners {
        Manners::Reset => Ok(()),
        Manners::Silence => std::future::pending().await,
        Manners::Gibberish => stream.write_all(b"I beg your pardon?\r\n\r\n").await,
        Manners::Drip => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n").await?;
            loop {
                stream.write_all(b"x").await?;
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
        Manners::Endless => {
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
            loop {
                stream.write_all(CHATTER).await?;
            }
        }
    }
}

/// Publishes an event to an endpoint of its own at this URL, and waits until its first attempt says this.
async fn says(by: &impl Actor, url: &str, event: &str, error: &str) {
    let hook = Hook::make(by, url, &[event]).await;
    let _ = publish(by, event, &json!({})).await;
    let path = hook.newest(by, "").await;
    let story = once(by, &path, "/data/status", "retrying").await;
    assert_eq!((story.text("/data/attempts/0/error"), story.number("/data/attempt")), (error.to_owned(), 2), "{event}");
    assert!(story.at("/data/response_code").is_null() && story.at("/data/attempts/0/response_code").is_null());
}

#[test]
fn a_receiver_that_is_silent_or_drips_is_waited_for_thirty_seconds_and_no_longer() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let rude = [("it.drips", Manners::Drip), ("it.waits", Manners::Silence)];
        let key = &tenant.key;
        let waits = rude.map(|(event, manners)| async move {
            let receiver = Rude::start(manners).await;
            says(key, &receiver.url("http"), event, LATE).await;
        });
        join_all(waits).await;
    });
}

#[test]
fn a_receiver_that_resets_or_speaks_no_http_has_not_answered() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        for (event, manners) in [("it.resets", Manners::Reset), ("it.mumbles", Manners::Gibberish)] {
            let receiver = Rude::start(manners).await;
            says(&tenant.key, &receiver.url("http"), event, BROKEN).await;
        }
    });
}

#[test]
fn a_receiver_that_cannot_prove_its_name_is_told_nothing() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let receiver = Rude::start(Manners::Gibberish).await;
        says(&tenant.key, &receiver.url("https"), "it.mumbles", "127.0.0.1 could not prove its name.").await;
    });
}

#[test]
fn of_a_body_that_never_ends_the_beginning_is_kept_and_the_event_has_arrived() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let receiver = Rude::start(Manners::Endless).await;
        let hook = Hook::make(&tenant.key, &receiver.url("http"), &["it.chatters"]).await;
        let _ = publish(&tenant.key, "it.chatters", &json!({})).await;
        let story = once(&tenant.key, &hook.newest(&tenant.key, "").await, "/data/status", "success").await;
        assert_eq!(story.text("/data/attempts/0/response_body"), format!("{}…", "x".repeat(10_000)));
    });
}

#[test]
fn a_redirect_is_not_followed() {
    on_each_gateway(async |gateway| {
        let (tenant, receiver, inner) = (gateway.tenant().await, Receiver::start().await, Receiver::start().await);
        for status in [301, 302, 303, 307, 308] {
            receiver.will(Reply::status(status).header("location", &inner.url("/secrets")));
            let event = format!("it.moved_{status}");
            let hook = Hook::make(&tenant.key, &receiver.url("/hook"), &[event.as_str()]).await;
            let _ = publish(&tenant.key, &event, &json!({})).await;
            let path = hook.newest(&tenant.key, "").await;
            let error = format!("The endpoint answered {status}; redirects are not followed.");
            let story = once(&tenant.key, &path, "/data/status", "retrying").await;
            assert_eq!(story.text("/data/attempts/0/error"), error);
            assert_eq!(story.number("/data/response_code"), i64::from(status));
        }
        assert_eq!(inner.count(), 0);
    });
}

#[test]
fn an_address_that_is_private_is_not_so_much_as_connected_to() {
    on_own_gateways(
        |launch| launch,
        async |gateway: &mut Gateway| {
            let receiver = Receiver::start().await;
            let hook = Hook::make(&gateway.setup_key(), &receiver.url("/hook"), &["it.hides"]).await;
            let url = format!("https://127.0.0.1:{}/hook", receiver.url("").rsplit(':').next().expect("a port"));
            let _ = gateway.setup_key().patch(&hook.path(""), &json!({ "url": url })).await.is(200);
            gateway.start_again(|launch| launch.unset("WEBHOOKS_ALLOW_PRIVATE")).await;
            let key = gateway.setup_key();
            let _ = publish(&key, "it.hides", &json!({})).await;
            let story = once(&key, &hook.newest(&key, "").await, "/data/status", "failed").await;
            assert_eq!(story.text("/data/attempts/0/error"), "The address of 127.0.0.1 is not public.");
            assert_eq!(receiver.count(), 0);
        },
    );
}
