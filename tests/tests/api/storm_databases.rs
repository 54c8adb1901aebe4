//! The databases of those who do things at random.

use crate::dice::Dice;
use mainstay_testkit::gateway::{Actor as _, Gateway, KeyHolder};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio_postgres::NoTls;

const DATABASES: &str = "/api/databases";
/// How long it may take until nobody is at a database any longer.
const PATIENCE: Duration = Duration::from_mins(1);
/// How many somebody has at a time at most.
const MOST: usize = 2;

/// Somebody's databases.
pub(crate) struct Databases {
    owner: String,
    kinds: Vec<String>,
    living: Vec<String>,
    /// The ids of all that ever were.
    pub(crate) made: Vec<String>,
}

impl Databases {
    /// None yet, of each sort that can be made here.
    pub(crate) async fn new(owner: &str, gateway: &Gateway, key: &KeyHolder) -> Self {
        let told = key.get("/api/hosting/capabilities").await.is(200).at("/databaseTypes");
        let kinds: Vec<String> = serde_json::from_value(told).expect("a list of words");
        assert!(kinds.iter().any(|kind| kind == "sqlite"), "{}", gateway.url());
        Self { owner: owner.to_owned(), kinds, living: Vec::new(), made: Vec::new() }
    }

    /// Does something with one of them, or makes one.
    pub(crate) async fn step(&mut self, key: &KeyHolder, site: &str, dice: &Dice) {
        let draw = |end: usize| usize::try_from(dice.below(end as u64)).expect("a small number");
        if self.living.is_empty() || (self.living.len() < MOST && draw(3) == 0) {
            let kind = self.kinds[draw(self.kinds.len())].clone();
            return self.make(key, site, &kind).await;
        }
        let place = draw(self.living.len());
        let path = format!("{DATABASES}/{}", self.living[place]);
        let change = match draw(7) {
            0 => json!({ "attachedSites": [] }),
            1 => json!({ "attachedSites": [site] }),
            2 => json!({ "action": "stop" }),
            3 => json!({ "action": "start" }),
            4 => json!({ "action": "backup" }),
            5 => json!({ "action": "restart" }),
            _ => {
                let id = self.living.swap_remove(place);
                return Self::end_one(key, &id).await;
            }
        };
        let answer = key.patch(&path, &change).await;
        assert!([200, 202, 400, 409].contains(&answer.status), "{change} {answer:?}");
    }

    async fn make(&mut self, key: &KeyHolder, site: &str, kind: &str) {
        let name = format!("{}-{}", self.owner, self.made.len());
        let new: Value = json!({ "name": name, "type": kind, "siteId": site });
        let made = key.post(DATABASES, &new).await;
        // The plan may allow no more.
        if made.status == 403 || made.status == 429 {
            return;
        }
        let id = made.is(201).text("/id");
        self.made.push(id.clone());
        self.living.push(id);
    }

    async fn end_one(key: &KeyHolder, id: &str) {
        let path = format!("{DATABASES}/{id}");
        for path in [format!("{path}?detach=true"), format!("{path}?purge=true")] {
            let begun = Instant::now();
            loop {
                let answer = key.delete(&path).await;
                if [202, 404].contains(&answer.status) {
                    break;
                }
                assert!(answer.status == 409 && begun.elapsed() < PATIENCE, "{answer:?}");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }

    /// Ends all of them.
    pub(crate) async fn end(&mut self, key: &KeyHolder) {
        for id in std::mem::take(&mut self.living) {
            Self::end_one(key, &id).await;
        }
    }
}

/// What the server of PostgreSQL still has of these: roles and databases, by name.
pub(crate) async fn left(made: &[String]) -> Vec<String> {
    let Ok(url) = std::env::var("MAINSTAY_TEST_POSTGRES_URL") else { return Vec::new() };
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await.expect("connected");
    tokio::spawn(connection);
    let asked = "SELECT rolname::text FROM pg_roles UNION ALL SELECT datname::text FROM pg_database";
    let rows = client.query(asked, &[]).await.expect("asked");
    let names = rows.into_iter().map(|row| row.get::<_, String>(0));
    names.filter(|name| made.iter().any(|id| name.contains(id.as_str()))).collect()
}
