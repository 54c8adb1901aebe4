//! The connection to Redis, looked after by one task so that no request waits for a Redis that is away.

use super::fault::{NotARedisUrl, RedisUnfit};
use super::quota::{Quota, Verdict};
use super::script::{Call, SlidingWindow};
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, RedisError, RedisResult};
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// How long an attempt to reach Redis may take.
const PATIENCE: Duration = Duration::from_secs(1);

/// The pause between attempts.
const PAUSE: Duration = Duration::from_millis(500);

/// Calls Redis while it answers, and knows when it does not.
pub(super) struct Link {
    shared: Arc<Shared>,
    /// The task that connects; it ends with the link.
    _keeper: JoinSet<()>,
}

struct Shared {
    client: Client,
    script: SlidingWindow,
    state: watch::Sender<State>,
}

#[derive(Clone)]
enum State {
    /// The first attempt is under way.
    Opening,
    Up(Live),
    Away,
}

#[derive(Clone)]
struct Live {
    connection: MultiplexedConnection,
    /// Tells this connection from later ones, lest a late failure of the old one end the new.
    number: u64,
}

impl Link {
    /// Begins to connect; returns at once.
    pub(super) fn open(url: &str) -> Result<Self, NotARedisUrl> {
        let client = Client::open(url).map_err(|_| NotARedisUrl)?;
        let state = watch::Sender::new(State::Opening);
        let shared = Arc::new(Shared { client, script: SlidingWindow::new(), state });
        let mut keeper = JoinSet::new();
        keeper.spawn(Arc::clone(&shared).keep());
        Ok(Self { shared, _keeper: keeper })
    }

    /// Redis's verdict, or none when it is away or does not answer in time.
    pub(super) async fn hit(&self, call: &Call, patience: Duration) -> Option<Verdict> {
        let mut live = self.shared.live(patience).await?;
        match within(patience, self.shared.script.hit(&mut live.connection, call)).await {
            Ok(verdict) => Some(verdict),
            Err(error) => {
                self.shared.lose(live.number, &error);
                None
            }
        }
    }
}

impl Shared {
    /// The connection, if there is one. Only at the start is it worth a wait.
    async fn live(&self, patience: Duration) -> Option<Live> {
        let mut state = self.state.borrow().clone();
        if matches!(state, State::Opening) {
            let mut watching = self.state.subscribe();
            let opened = watching.wait_for(|state| !matches!(state, State::Opening));
            state = timeout(patience, opened).await.ok()?.ok()?.clone();
        }
        match state {
            State::Up(live) => Some(live),
            State::Opening | State::Away => None,
        }
    }

    /// Connects, waits until the connection is lost, and so on for good.
    async fn keep(self: Arc<Self>) {
        for number in 0.. {
            let connection = self.reach().await;
            self.state.send_replace(State::Up(Live { connection, number }));
            tracing::info!("Redis answers: rate limits are shared");
            let lost = self.state.subscribe().wait_for(|state| matches!(state, State::Away)).await.is_ok();
            debug_assert!(lost, "the sender lives as long as this task");
            sleep(PAUSE).await;
        }
    }

    async fn reach(&self) -> MultiplexedConnection {
        loop {
            match within(PATIENCE, connect(&self.client, &self.script)).await {
                Ok(connection) => return connection,
                Err(error) => self.turn_away(|state| matches!(state, State::Opening), &error),
            }
            sleep(PAUSE).await;
        }
    }

    fn lose(&self, number: u64, error: &RedisError) {
        self.turn_away(|state| matches!(state, State::Up(live) if live.number == number), error);
    }

    /// Notes that Redis is away if the state is as expected, and logs it: once, for then it no longer is.
    fn turn_away(&self, expected: impl Fn(&State) -> bool, error: &RedisError) {
        let turned = self.state.send_if_modified(|state| {
            let turns = expected(state);
            if turns {
                *state = State::Away;
            }
            turns
        });
        if turned {
            tracing::warn!(%error, "Redis is away: rate limits are not shared until it answers");
        }
    }
}

/// Whether the Redis at this URL can count requests.
///
/// # Errors
/// Why it cannot.
pub async fn check(url: &str) -> Result<(), RedisUnfit> {
    let client = Client::open(url).map_err(|_| NotARedisUrl)?;
    within(PATIENCE, connect(&client, &SlidingWindow::new())).await?;
    Ok(())
}

/// A connection over which a request was counted: one to a Redis that is full or read-only is of no use.
async fn connect(client: &Client, script: &SlidingWindow) -> RedisResult<MultiplexedConnection> {
    let untimed = AsyncConnectionConfig::new().set_connection_timeout(None).set_response_timeout(None);
    let mut connection = client.get_multiplexed_async_connection_with_config(&untimed).await?;
    let key = "mainstay:limit:probe".to_owned();
    let probe = Call { key, quota: Quota::per_minute(u32::MAX), cost: 1, now: None };
    let _ = script.hit(&mut connection, &probe).await?;
    Ok(connection)
}

async fn within<T>(patience: Duration, call: impl Future<Output = RedisResult<T>>) -> RedisResult<T> {
    timeout(patience, call).await.unwrap_or_else(|_| Err(io::Error::from(io::ErrorKind::TimedOut).into()))
}
