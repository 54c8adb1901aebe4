//! What is shown to people and to logs.

use super::world::{World, call, http};
use mainstay_mcp::upstream::UpstreamFault;

#[test]
fn no_print_of_an_address_shows_what_may_be_secret() {
    let world = World::new();
    let process = world.process("server", &["--key", "hunter2"], &[("TOKEN", "hunter2")]);
    let site = http("https://example.com/hunter2?key=hunter2", &[("x-key", "hunter2")]);
    for address in [process, site] {
        let print = format!("{address:?}");
        assert!(!print.contains("hunter2"), "{print}");
    }
}

#[tokio::test]
async fn a_header_that_cannot_be_sent_is_named_without_its_value() {
    let world = World::new();
    let fault = call(&world.of(&http("http://127.0.0.1:1/", &[("x-key", "hunter2\n")])), "echo").await;
    assert_eq!(fault, Err(UpstreamFault::Away("the value of its header x-key cannot be sent".to_owned())));
}
