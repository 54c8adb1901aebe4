//! Fills a database as years of use would: many workspaces of one person, many keys, and more people.

use crate::gateway::Owner;
use crate::interrupt;
use crate::people;
use crate::sql::Sql;
use crate::token::hash;
use std::ops::RangeInclusive;

/// The tables that are filled here.
const FILLED: [&str; 5] = ["workspaces", "memberships", "api_keys", "users", "user_emails"];
/// How many workspaces the owner belongs to beside the first.
const WORKSPACES: u32 = 10_000;
/// Rows a statement: their hashes have to fit the million bytes that SQLite takes as one statement.
const BATCH: u32 = 10_000;

/// What adds the rows from `{first}` to `{last}` of each kind.
struct Statements {
    workspaces: &'static str,
    keys: &'static str,
    people: &'static str,
}

const SQLITE: Statements = Statements {
    workspaces: include_str!("seed/sqlite_workspaces.sql"),
    keys: include_str!("seed/sqlite_keys.sql"),
    people: include_str!("seed/sqlite_people.sql"),
};
const POSTGRES: Statements = Statements {
    workspaces: include_str!("seed/postgres_workspaces.sql"),
    keys: include_str!("seed/postgres_keys.sql"),
    people: include_str!("seed/postgres_people.sql"),
};

/// Adds 10 000 workspaces of the owner's, `keys` keys spread evenly over them, and people with the owner's password.
///
/// # Errors
/// What the database says.
pub(crate) fn fill(url: &str, owner: &Owner, keys: u32) -> anyhow::Result<()> {
    let mut sql = Sql::open(url)?;
    let Statements { workspaces, keys: keys_sql, people } =
        if matches!(sql, Sql::Sqlite(_)) { SQLITE } else { POSTGRES };
    sql.run(&filled_in(people, &(1..=people::COUNT), owner))?;
    for rows in batches(WORKSPACES) {
        sql.run(&filled_in(workspaces, &rows, owner))?;
    }
    for rows in batches(keys) {
        interrupt::check()?;
        let hashes: Vec<_> = rows.clone().map(hash).collect();
        let statement = filled_in(keys_sql, &rows, owner).replace("{hashes}", &serde_json::to_string(&hashes)?);
        sql.run(&statement)?;
    }
    // PostgreSQL would take the tables for empty, and SQLite guesses well but for how keys spread. Only of what was filled:
    // with statistics of a log or a queue that is still empty, SQLite would walk it for ever.
    for table in FILLED {
        sql.run(&format!("ANALYZE {table}"))?;
    }
    Ok(())
}

/// The workspace of a seeded key.
pub(crate) fn workspace_of(owner: &Owner, key: u32) -> i64 {
    owner.workspace_id + i64::from(key % WORKSPACES) + 1
}

/// Rows 1 to `total`, cut into batches.
pub(crate) fn batches(total: u32) -> impl Iterator<Item = RangeInclusive<u32>> {
    batches_of(BATCH, total)
}

/// Rows 1 to `total`, cut into batches of `size`.
pub(crate) fn batches_of(size: u32, total: u32) -> impl Iterator<Item = RangeInclusive<u32>> {
    let step = usize::try_from(size).unwrap_or(usize::MAX);
    (1..=total).step_by(step).map(move |first| first..=total.min(first + (size - 1)))
}

fn filled_in(statement: &str, rows: &RangeInclusive<u32>, owner: &Owner) -> String {
    let statement = statement.replace("{first}", &rows.start().to_string()).replace("{last}", &rows.end().to_string());
    let statement = statement.replace("{workspace}", &owner.workspace_id.to_string());
    let statement = statement.replace("{workspaces}", &WORKSPACES.to_string());
    statement.replace("{user}", &owner.user_id.replace('\'', "''"))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::postgres::Postgres;
    use std::fs;
    use std::path::Path;

    pub(crate) const USER: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

    #[test]
    fn batches_cover_every_row_once() {
        for total in [0, 1, BATCH - 1, BATCH, BATCH + 1, 3 * BATCH] {
            let rows: Vec<_> = batches(total).flatten().collect();
            assert_eq!(rows, (1..=total).collect::<Vec<_>>());
        }
    }

    #[test]
    fn every_seeded_row_fits_the_schema_of_sqlite() {
        let dir = tempfile::tempdir().expect("a directory");
        let url = format!("sqlite://{}", dir.path().join("seeded.db").display());
        let user = format!("x'{}'", USER.replace('-', ""));
        let owner = set_up(&url, "sqlite", &user, "0", "1");
        fill(&url, &owner, 20_001).expect("seeds");
        assert!(counts(&url, 20_001), "rows are missing");
        assert!(has_workspaces(&url, &owner), "a key is of another workspace");
    }

    #[test]
    fn every_seeded_row_fits_the_schema_of_postgres() {
        let Ok(server) = std::env::var("MAINSTAY_TEST_POSTGRES_URL") else { return };
        let server = Postgres::at(&server);
        let url = server.create("mainstay_bench_seed_test").expect("a database");
        let owner = set_up(&url, "postgres", &format!("'{USER}'"), "now()", "true");
        fill(&url, &owner, 20_001).expect("seeds");
        assert!(counts(&url, 20_001), "rows are missing");
        assert!(has_workspaces(&url, &owner), "a key is of another workspace");
        server.remove("mainstay_bench_seed_test");
    }

    /// Migrates a database and makes an owner with a workspace, as `mainstay setup` does.
    pub(crate) fn set_up(url: &str, engine: &str, user: &str, now: &str, yes: &str) -> Owner {
        let mut sql = Sql::open(url).expect("a connection");
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations").join(engine);
        let mut steps: Vec<_> = fs::read_dir(folder).expect("migrations").flatten().map(|step| step.path()).collect();
        steps.sort();
        for step in steps {
            sql.run(&fs::read_to_string(step.join("up.sql")).expect("a step")).expect("migrated");
        }
        sql.run(&format!(
            "INSERT INTO users (id, display_name, password_hash, is_owner, created_at, updated_at)
             VALUES ({user}, 'O', 'hash', {yes}, {now}, {now});
             INSERT INTO workspaces (name, slug, tier, settings, created_at, updated_at)
             VALUES ('Bench', 'bench', 'enterprise', '{{}}', {now}, {now});"
        ))
        .expect("an owner");
        serde_json::from_value(serde_json::json!({"user_id": USER, "workspace_id": 1, "api_key": ""}))
            .expect("an owner")
    }

    /// Whether keys are of the workspaces that they are said to be of.
    fn has_workspaces(url: &str, owner: &Owner) -> bool {
        let of = |key: u32| format!("(name = 'Seeded {key}' AND workspace_id = {})", workspace_of(owner, key));
        let expected = format!(
            "CREATE TABLE keys_found (n bigint CHECK (n = 4));
             INSERT INTO keys_found SELECT count(*) FROM api_keys WHERE {} OR {} OR {} OR {};",
            of(1),
            of(9_999),
            of(10_000),
            of(20_001)
        );
        Sql::open(url).expect("a connection").run(&expected).is_ok()
    }

    /// Whether there are as many rows as were asked for, and the next workspace finds a free id.
    fn counts(url: &str, keys: u32) -> bool {
        let expected = format!(
            "CREATE TABLE tally (n bigint CHECK (n = {keys} + 2 * {WORKSPACES} + {people}));
             INSERT INTO tally SELECT (SELECT count(*) FROM api_keys) + (SELECT count(*) FROM memberships)
                 + (SELECT count(*) FROM workspaces WHERE slug LIKE 'seeded-%')
                 + (SELECT count(*) FROM user_emails JOIN users ON users.id = user_id
                    WHERE email_key LIKE 'person-%@example.com' AND verified_at IS NOT NULL AND password_hash = 'hash');
             INSERT INTO workspaces (name, slug, tier, settings, created_at, updated_at)
             SELECT 'Next', 'next', tier, settings, created_at, updated_at FROM workspaces WHERE slug = 'bench';",
            people = people::COUNT
        );
        Sql::open(url).expect("a connection").run(&expected).is_ok()
    }
}
