//! What of the host's system a box shows: an allow-list, read-only.

use super::tree::{Tree, open_source};
use crate::error::{Failure, Step as _};
use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

/// Programs and libraries. Where the host has one as a symbolic link, so has the box.
const DIRECTORIES: [&str; 7] = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];
/// What programs need of the host's `/etc`, and what is no secret: how libraries and certificates are found, which
/// program has a common name, what time it is. Not `/etc/ssl` as a whole, which has private keys.
const SETTINGS: [&str; 14] = [
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/ssl/certs",
    "/etc/ssl/openssl.cnf",
    "/etc/ca-certificates",
    "/etc/pki/tls/certs",
    "/etc/pki/ca-trust/extracted",
    "/etc/alternatives",
    "/etc/mime.types",
    "/etc/localtime",
    "/etc/os-release",
    "/etc/protocols",
    "/etc/services",
];

fn all() -> impl Iterator<Item = &'static Path> {
    DIRECTORIES.into_iter().chain(SETTINGS).map(Path::new)
}

/// Opens what of it the host has, and these directories too, by the paths at which a box shows them.
pub(super) fn open(further: &[PathBuf]) -> Result<Vec<(PathBuf, OwnedFd)>, Failure> {
    let there: Vec<&Path> = all().filter(|path| path.exists() && !path.is_symlink()).collect();
    let mut opened = Vec::new();
    for path in there.into_iter().chain(further.iter().map(PathBuf::as_path)) {
        // The operator named these; where a link of the host leads is what was meant.
        let real = fs::canonicalize(path).and_then(|real| open_source(&real));
        opened.push((path.to_owned(), real.step(&format!("open {}", path.display()))?));
    }
    Ok(opened)
}

/// Makes the symbolic links that the host has among it.
pub(super) fn link(tree: &Tree) -> io::Result<()> {
    for path in all().filter(|path| path.is_symlink()) {
        if let Some(name) = path.to_str() {
            tree.link(name, &fs::read_link(path)?)?;
        }
    }
    Ok(())
}
