//! Where stories about a running gateway are played.

use super::{Engine, Gateway, Launch};
use std::sync::LazyLock;
use tokio::runtime::Runtime;
use tokio::sync::OnceCell;

/// One for all tests, since they share gateways, and connections live on the runtime that made them.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));

static ON_SQLITE: OnceCell<Gateway> = OnceCell::const_new();
static ON_POSTGRES: OnceCell<Gateway> = OnceCell::const_new();

/// Plays a story that starts its own gateways, or needs none.
pub fn play<T>(story: impl Future<Output = T>) -> T {
    RUNTIME.block_on(story)
}

/// Plays a story on the gateways that all tests share, one for each database that is there. It
/// may only add what is its own: tenants, people, keys.
pub fn on_each_gateway(story: impl AsyncFn(&Gateway)) {
    play(async move {
        for engine in Engine::available() {
            let gateway = shared(engine).get_or_init(|| Launch::on(engine).start()).await;
            let told = TailOnPanic(gateway);
            story(gateway).await;
            drop(told);
        }
    });
}

/// Plays a story on a gateway of its own for each database that is there, launched as `prepare` says.
pub fn on_own_gateways(prepare: impl Fn(Launch) -> Launch, story: impl AsyncFn(&mut Gateway)) {
    play(async move {
        for engine in Engine::available() {
            let mut gateway = prepare(Launch::on(engine)).start().await;
            story(&mut gateway).await;
            gateway.close().await;
        }
    });
}

fn shared(engine: Engine) -> &'static OnceCell<Gateway> {
    match engine {
        Engine::Sqlite => &ON_SQLITE,
        Engine::Postgres => &ON_POSTGRES,
    }
}

/// A shared gateway is never dropped, so that it cannot tell by itself.
struct TailOnPanic<'a>(&'a Gateway);

impl Drop for TailOnPanic<'_> {
    fn drop(&mut self) {
        self.0.show_tail_on_panic();
    }
}
