//! The master key: from the setting, or from a file that the first start makes.

use crate::config::Settings;
use anyhow::{Context as _, anyhow};
use mainstay_kernel::{Ids, Keyring, Secret};
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

const FILE: &str = "secret.key";
/// Nobody but the owner of the process reads it.
const OWNER_ONLY: u32 = 0o600;

/// The keyring of this installation.
///
/// # Errors
/// When the file cannot be read or made, or does not hold a key.
pub(crate) fn keyring(settings: &Settings, ids: &dyn Ids) -> anyhow::Result<Keyring> {
    let text = match &settings.secret_key {
        Some(key) => key.clone(),
        None => from_file(&settings.data_dir.join(FILE), ids)?,
    };
    Keyring::parse(&text).map_err(|cause| anyhow!("MAINSTAY_SECRET_KEY or {FILE} cannot be used: {cause}"))
}

fn from_file(path: &Path, ids: &dyn Ids) -> anyhow::Result<Secret<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Secret::new(text.trim().to_owned())),
        Err(cause) if cause.kind() == ErrorKind::NotFound => make(path, ids),
        Err(cause) => Err(cause).with_context(|| format!("the master key {} cannot be read", path.display())),
    }
}

/// Written beside its place and then linked there: a half-written key is never found, and of two
/// processes that start at once the second takes the first one's.
fn make(path: &Path, ids: &dyn Ids) -> anyhow::Result<Secret<String>> {
    let key = Keyring::generate(ids);
    let draft = path.with_extension(format!("{}.new", ids.alphanumeric(8)));
    let made = write(&draft, &key).and_then(|()| fs::hard_link(&draft, path));
    let _ = fs::remove_file(&draft);
    match made {
        Ok(()) => Ok(key),
        Err(cause) if cause.kind() == ErrorKind::AlreadyExists => from_file(path, ids),
        Err(cause) => Err(cause).with_context(|| format!("the master key {} cannot be made", path.display())),
    }
}

fn write(path: &Path, key: &Secret<String>) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(OWNER_ONLY).open(path)?;
    writeln!(file, "{}", key.expose())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use mainstay_kernel::SystemIds;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn the_first_start_makes_a_key_that_only_its_owner_reads_and_later_ones_find_it() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join(FILE);
        let first = from_file(&path, &SystemIds).expect("made");
        assert_eq!(from_file(&path, &SystemIds).expect("found").expose(), first.expose());
        let mode = fs::metadata(&path).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, OWNER_ONLY);
        assert_eq!(fs::read_dir(dir.path()).expect("listed").count(), 1, "no draft is left");
    }
}
