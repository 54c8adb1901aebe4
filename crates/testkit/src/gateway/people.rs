//! People who did not sign up, since that takes a letter and the hash of a password.

use diesel_async::SimpleAsyncConnection as _;
use futures_util::FutureExt as _;
use mainstay_kernel::{Ids as _, SystemIds};
use mainstay_store::Database;
use uuid::Uuid;

/// An address that nobody has.
pub fn fresh_email(name: &str) -> String {
    format!("{name}-{}@example.com", SystemIds.uuid().simple())
}

/// Adds a person with a verified address and the owner's password; gives the address.
pub(super) async fn insert(database: &Database, name: &str) -> String {
    let (person, address) = (SystemIds.uuid(), SystemIds.uuid());
    let email = fresh_email(name);
    let done = match database {
        Database::Sqlite(db) => {
            let quote = |id: Uuid| format!("x'{}'", id.simple());
            let sql = statements(&quote(person), &quote(address), "0", "1", (name, &email));
            db.write(move |conn| async move { Ok(conn.batch_execute(&sql).await?) }.boxed()).await
        }
        Database::Postgres(db) => {
            let quote = |id: Uuid| format!("'{id}'::uuid");
            let sql = statements(&quote(person), &quote(address), "false", "true", (name, &email));
            db.write(move |conn| async move { Ok(conn.batch_execute(&sql).await?) }.boxed()).await
        }
    };
    done.expect("the person is added");
    email
}

/// Copies what a person is made of from the installation's owner.
fn statements(person: &str, address: &str, no: &str, yes: &str, (name, email): (&str, &str)) -> String {
    format!(
        "INSERT INTO users (id, display_name, password_hash, is_owner, created_at, updated_at)
         SELECT {person}, '{name}', password_hash, {no}, created_at, updated_at FROM users WHERE is_owner = {yes};
         INSERT INTO user_emails (id, user_id, email, email_key, is_default, verified_at, created_at)
         SELECT {address}, {person}, '{email}', '{email}', {yes}, created_at, created_at FROM users WHERE is_owner = {yes};"
    )
}
