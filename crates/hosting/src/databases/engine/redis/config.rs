//! What a server of Redis is told. Of passwords it knows the hashes alone.

use super::super::{EngineFault, Login};
use mainstay_kernel::Secret;
use sha2::{Digest as _, Sha256};

/// Who the programs of a tenant come as: what clients call themselves that are given a password alone.
pub(super) const TENANT: &str = "default";
/// Who the platform comes as.
pub(super) const PLATFORM: &str = "mainstay";
/// Where the server listens, in a network of its own.
pub(super) const PORT: u16 = 6379;
/// What is in memory, in MiB; what is more is refused.
const MEMORY_MB: u32 = 128;
/// How many connections the platform takes beside those of the tenant.
const OWN_CONNECTIONS: u32 = 4;
/// What a tenant may do: everything with its data, nothing with the server (`CONFIG`, `DEBUG`, `MODULE`, `SHUTDOWN`,
/// `REPLICAOF`, `MONITOR`, `ACL`, `SAVE` and their like).
const RIGHTS: [&str; 4] = ["~*", "&*", "+@all", "-@admin"];

/// Whether a tenant is let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gate {
    Open,
    /// The platform alone comes in, and what there is was read from a backup.
    Trial,
    /// The platform alone comes in.
    Shut,
}

fn hash(password: &Secret<String>) -> String {
    format!("#{}", hex::encode(Sha256::digest(password.expose().as_bytes())))
}

/// How many connections there may be.
pub(super) fn most(login: &Login) -> String {
    (login.max_connections + OWN_CONNECTIONS).to_string()
}

/// Lets a tenant in with its password from now on.
pub(super) fn admission(login: &Login) -> Result<Vec<String>, EngineFault> {
    let known = hash(login.password()?);
    let words = ["ACL", "SETUSER", TENANT, "reset", "on", &known];
    Ok(words.into_iter().chain(RIGHTS).map(ToOwned::to_owned).collect())
}

/// The file that a server is started with.
pub(super) fn text(login: &Login, platform: &Secret<String>, gate: Gate) -> Result<String, EngineFault> {
    let tenant = match gate {
        Gate::Open => format!("on {} {}", hash(login.password()?), RIGHTS.join(" ")),
        Gate::Trial | Gate::Shut => "off".to_owned(),
    };
    // A log is not read from a backup: whoever keeps one begins it from what was read.
    let keeps_log = if gate == Gate::Trial { "no" } else { "yes" };
    Ok(format!(
        "bind 127.0.0.1\nport {PORT}\ndir /data\nsave \"\"\nappendonly {keeps_log}\nappendfsync everysec\n\
        maxmemory {MEMORY_MB}mb\nmaxmemory-policy noeviction\nmaxclients {}\nloglevel warning\n\
        always-show-logo no\ndatabases 16\n\
        user {TENANT} reset {tenant}\nuser {PLATFORM} reset on {} ~* &* +@all\n",
        most(login),
        hash(platform),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::DatabaseId;

    #[test]
    fn no_password_stands_in_what_a_server_is_told() {
        let (own, platform) = (Secret::new("own-password".to_owned()), Secret::new("platform-password".to_owned()));
        let login = Login::plain(DatabaseId("cabc".to_owned()), own, 5);
        for (gate, lets_in) in [(Gate::Open, true), (Gate::Shut, false), (Gate::Trial, false)] {
            let text = text(&login, &platform, gate).expect("a text");
            assert!(!text.contains("own-password") && !text.contains("platform-password"));
            assert_eq!(text.contains("user default reset on #"), lets_in);
            assert!(text.contains("maxclients 9\n") && text.contains("bind 127.0.0.1\n"));
        }
        // Computed by sha256sum.
        let known = hash(&Secret::new("abc".to_owned()));
        assert_eq!(known, "#ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
