//! Both databases have the same tables.

use crate::raw::{Raw, raw};
use mainstay_store::Database;
use mainstay_testkit::{TestDatabase, on_each_database};
use std::path::PathBuf;

const SQLITE_COLUMNS: &str = "SELECT m.name || '.' || p.name || ' ' || p.type ||
      CASE WHEN p.\"notnull\" = 1 OR p.pk > 0 THEN ' NOT NULL' ELSE '' END AS line
    FROM sqlite_master m JOIN pragma_table_info(m.name) p
    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE '%diesel%'
    ORDER BY m.name, p.cid";

const POSTGRES_COLUMNS: &str = "SELECT table_name || '.' || column_name || ' ' ||
      CASE data_type WHEN 'bigint' THEN 'INTEGER' WHEN 'integer' THEN 'INTEGER' WHEN 'boolean' THEN 'INTEGER'
        WHEN 'timestamp with time zone' THEN 'INTEGER' WHEN 'text' THEN 'TEXT' WHEN 'jsonb' THEN 'TEXT'
        WHEN 'bytea' THEN 'BLOB' WHEN 'uuid' THEN 'BLOB' ELSE data_type END ||
      CASE is_nullable WHEN 'NO' THEN ' NOT NULL' ELSE '' END AS line
    FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name NOT LIKE '%diesel%'
    ORDER BY table_name COLLATE \"C\", ordinal_position";

/// An inline `UNIQUE` has no name of its own on SQLite; it gets the one that PostgreSQL gives.
const SQLITE_INDEXES: &str = "SELECT m.name || ' ' ||
      CASE l.origin WHEN 'u' THEN m.name || '_' || replace(c.columns, ',', '_') || '_key' ELSE l.name END ||
      ' (' || c.columns || ')' || CASE l.\"unique\" WHEN 1 THEN ' UNIQUE' ELSE '' END ||
      CASE l.partial WHEN 1 THEN ' PARTIAL' ELSE '' END AS line
    FROM sqlite_master m JOIN pragma_index_list(m.name) l
      JOIN (SELECT x.name AS index_name, group_concat(i.name, ',' ORDER BY i.seqno) AS columns
            FROM sqlite_master x JOIN pragma_index_info(x.name) i WHERE x.type = 'index' GROUP BY x.name) c
        ON c.index_name = l.name
    WHERE m.type = 'table' AND l.origin <> 'pk' AND m.name NOT LIKE '%diesel%'";

const POSTGRES_INDEXES: &str = "SELECT t.relname || ' ' || n.relname || ' (' ||
      (SELECT string_agg(a.attname, ',' ORDER BY k.place) FROM unnest(i.indkey) WITH ORDINALITY k(number, place)
         JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number) || ')' ||
      CASE WHEN i.indisunique THEN ' UNIQUE' ELSE '' END ||
      CASE WHEN i.indpred IS NOT NULL THEN ' PARTIAL' ELSE '' END AS line
    FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_class n ON n.oid = i.indexrelid
      JOIN pg_namespace s ON s.oid = t.relnamespace
    WHERE s.nspname = 'public' AND NOT i.indisprimary AND t.relname NOT LIKE '%diesel%'";

const SQLITE_REFERENCES: &str =
    "SELECT m.name || '.' || f.\"from\" || ' -> ' || f.\"table\" || '.' || f.\"to\" || ' ' ||
      f.on_delete AS line
    FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'";

const POSTGRES_REFERENCES: &str =
    "SELECT t.relname || '.' || a.attname || ' -> ' || r.relname || '.' || b.attname || ' ' ||
      CASE c.confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'r' THEN 'RESTRICT'
        WHEN 'd' THEN 'SET DEFAULT' ELSE 'NO ACTION' END AS line
    FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class r ON r.oid = c.confrelid
      JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
      JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = c.confkey[1]
    WHERE c.contype = 'f'";

/// What both databases have of this, line by line; none where there is no PostgreSQL.
async fn both(of_sqlite: &str, of_postgres: &str) -> Option<(Vec<String>, Vec<String>)> {
    let (sqlite, postgres) = (TestDatabase::sqlite().await, TestDatabase::postgres().await?);
    let here = raw(&sqlite.database).lines(of_sqlite).await.expect("SQLite's tables");
    let there = raw(&postgres.database).lines(of_postgres).await.expect("PostgreSQL's tables");
    Some((here, there))
}

fn sorted(mut lines: Vec<String>) -> Vec<String> {
    lines.sort();
    lines
}

fn folder(database: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../migrations").join(database)
}

fn names(database: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder(database)).expect("the folder of migrations");
    sorted(entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8")).collect())
}

fn step(database: &str, name: &str, file: &str) -> String {
    std::fs::read_to_string(folder(database).join(name).join(file)).expect("a migration goes up and down")
}

#[test]
fn both_databases_have_the_same_migrations() {
    assert_eq!(names("sqlite"), names("postgres"));
    assert!(names("sqlite").len() >= 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn both_databases_have_the_same_columns_in_the_same_order() {
    let Some((sqlite, postgres)) = both(SQLITE_COLUMNS, POSTGRES_COLUMNS).await else { return };
    assert!(sqlite.contains(&"jobs.run_at INTEGER NOT NULL".to_owned()), "{sqlite:?}");
    assert_eq!(sqlite, postgres);
}

#[tokio::test(flavor = "multi_thread")]
async fn both_databases_have_the_same_indexes_by_the_same_names() {
    let Some((sqlite, postgres)) = both(SQLITE_INDEXES, POSTGRES_INDEXES).await else { return };
    assert!(sqlite.contains(&"jobs jobs_unique_key_key (unique_key) UNIQUE".to_owned()), "{sqlite:?}");
    assert_eq!(sorted(sqlite), sorted(postgres));
}

/// A broken uniqueness is told by columns on SQLite and by index on PostgreSQL: only this name
/// makes both the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_unique_index_is_named_after_its_table_and_columns() {
    let sqlite = TestDatabase::sqlite().await;
    for line in raw(&sqlite.database).lines(SQLITE_INDEXES).await.expect("indexes") {
        let [table, name, columns, kind @ ..] = &line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
        if kind.contains(&"UNIQUE") {
            let columns = columns.trim_matches(['(', ')']).replace(',', "_");
            assert_eq!(*name, format!("{table}_{columns}_key"));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_databases_have_the_same_references() {
    let Some((sqlite, postgres)) = both(SQLITE_REFERENCES, POSTGRES_REFERENCES).await else { return };
    assert!(sqlite.contains(&"sessions.user_id -> users.id CASCADE".to_owned()), "{sqlite:?}");
    assert_eq!(sorted(sqlite), sorted(postgres));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_migration_can_be_undone_and_done_again() {
    on_each_database(|database| async move {
        let (kind, columns, indexes) = match database {
            Database::Sqlite(_) => ("sqlite", SQLITE_COLUMNS, SQLITE_INDEXES),
            Database::Postgres(_) => ("postgres", POSTGRES_COLUMNS, POSTGRES_INDEXES),
        };
        let raw = raw(&database);
        let before = shape(&*raw, columns, indexes).await;
        for name in names(kind).iter().rev() {
            raw.run(&step(kind, name, "down.sql")).await.expect("down");
        }
        assert_eq!(shape(&*raw, columns, indexes).await, Vec::<String>::new());
        for name in names(kind) {
            raw.run(&step(kind, &name, "up.sql")).await.expect("up again");
        }
        assert_eq!(shape(&*raw, columns, indexes).await, before);
    })
    .await;
}

async fn shape(raw: &dyn Raw, columns: &str, indexes: &str) -> Vec<String> {
    let mut lines = raw.lines(columns).await.expect("columns");
    lines.extend(sorted(raw.lines(indexes).await.expect("indexes")));
    lines
}
