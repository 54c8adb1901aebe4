//! How a database is written to a file, and put back from one. A server of MariaDB cannot rename a database, so that the
//! one there is is filled anew; what was in it is kept in a file until that is done.

use super::{Gate, Login, MariadbEngine, Names, programs, provision, quoted};
use crate::databases::engine::EngineFault;
use mysql_async::Conn;
use mysql_async::prelude::Queryable as _;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// How many connections a backup takes beside those of the tenant's programs.
const OWN_CONNECTIONS: u32 = 2;

/// Where what was in a database is kept while a backup is put in its place.
fn former(file: &Path) -> PathBuf {
    file.with_extension("former")
}

impl MariadbEngine {
    /// Writes what is in a database to a new file, and restores that on trial.
    pub(super) async fn copy_out(&self, login: &Login, is_open: bool, file: &Path) -> Result<(), EngineFault> {
        let mut client = self.connect().await?;
        let ours = if is_open {
            // A program that has all the connections there are does not keep a backup from being made.
            let more = Login { max_connections: login.max_connections + OWN_CONNECTIONS, ..login.clone() };
            Self::admit(&mut client, &more, Gate::Open).await?;
            more
        } else {
            self.shut_out(&mut client, login).await?
        };
        let copied = async {
            self.dump(&ours, file).await?;
            self.try_out(&mut client, &ours, file).await
        };
        let copied = copied.await;
        let gate = if is_open { Gate::Open } else { Gate::Shut };
        // What took a while may have been called off by the server, and its connection with it.
        Self::admit(&mut self.connect().await?, login, gate).await?;
        copied
    }

    /// Puts what is in a file in the place of what is in a database. Afterwards nobody is let in, until somebody says so.
    pub(super) async fn copy_in(&self, login: &Login, file: &Path) -> Result<(), EngineFault> {
        let mut client = self.connect().await?;
        let (former, ours) = (former(file), self.shut_out(&mut client, login).await?);
        // What is too full is filled anew nevertheless; afterwards it is told again what may be done there.
        let names = Names::of(&login.id);
        client.query_drop(provision::grant(&names, &names.database)).await?;
        // If it is there, somebody died over this, who tried the file out, and the database may be half of it.
        if !former.exists() {
            self.try_out(&mut client, &ours, file).await?;
            client.query_drop(provision::make_database(&Names::of(&login.id).database)).await?;
            let unfinished = former.with_extension("unfinished");
            self.dump(&ours, &unfinished).await?;
            std::fs::rename(&unfinished, &former)?;
        }
        let filled = self.refill(&ours, file).await;
        if filled.is_err() {
            self.refill(&ours, &former).await?;
        }
        match std::fs::remove_file(&former) {
            Err(cause) if cause.kind() != ErrorKind::NotFound => Err(cause.into()),
            _ => filled,
        }
    }

    /// Empties a database and fills it from a file.
    async fn refill(&self, login: &Login, file: &Path) -> Result<(), EngineFault> {
        let (mut client, name) = (self.connect().await?, Names::of(&login.id).database);
        // What tables are made with that say nothing of it is no part of a dump.
        let asked = "SELECT DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?";
        let collation: Option<String> = client.exec_first(asked, (&name,)).await?;
        Self::drop_database(&mut client, &name).await?;
        client.query_drop(provision::make_database(&name)).await?;
        if let Some(collation) = collation {
            client.query_drop(format!("ALTER DATABASE {} COLLATE {}", quoted(&name), quoted(&collation))).await?;
        }
        drop(client);
        programs::restore(self.address(), login, &name, file).await
    }

    async fn dump(&self, login: &Login, file: &Path) -> Result<(), EngineFault> {
        programs::dump(self.address(), login, &Names::of(&login.id).database, file).await
    }

    /// Restores a file into a database that is dropped afterwards.
    async fn try_out(&self, client: &mut Conn, login: &Login, file: &Path) -> Result<(), EngineFault> {
        let names = Names::of(&login.id);
        let trial = names.trial();
        Self::tidy(client, &names).await?;
        client.query_drop(provision::make_database(&trial)).await?;
        client.query_drop(provision::grant(&names, &trial)).await?;
        let tried = programs::restore(self.address(), login, &trial, file).await;
        Self::tidy(&mut self.connect().await?, &names).await?;
        tried
    }
}
