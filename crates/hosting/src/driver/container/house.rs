//! Whose containers and images are whose: several installations may share an engine.

use crate::folders::Folders;
use crate::ids::{DeploymentId, SiteId};
use crate::image::KEPT;
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// An installation, as its containers and images know it.
pub(super) struct House {
    folders: Folders,
    /// Tells it from every other installation, also from a copy of it that lies elsewhere.
    pub(super) id: String,
}

/// What a container tells of itself.
pub(super) const INSTALLATION: &str = "mainstay.installation";
pub(super) const OWN: &str = "mainstay.own";
const SITE: &str = "mainstay.site";
const DEPLOYMENT: &str = "mainstay.deployment";
/// What holds the chance in an installation's id.
const FILE: &str = "containers";
/// How many bytes of chance that is.
const CHANCE: usize = 16;

impl House {
    /// The installation whose files are in a folder.
    pub(super) fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let mut sum = Sha256::new();
        sum.update(chance(&folder.join(FILE))?);
        sum.update(folder.canonicalize()?.as_os_str().as_encoded_bytes());
        let id = hex::encode(&sum.finalize()[..8]);
        Ok(Self { folders: Folders::new(folder), id })
    }

    /// What the container of a program is called whose own folder this is.
    pub(super) fn name(&self, own: &Path) -> String {
        format!("mainstay-{}-{}", self.id, last(own))
    }

    /// What that container tells of itself.
    pub(super) fn labels(&self, own: &Path) -> HashMap<String, String> {
        let relative = own.strip_prefix(self.folders.root()).unwrap_or(own).display().to_string();
        let site = own.parent().and_then(Path::parent).map(last).unwrap_or_default();
        let deployment = last(own).split('-').next().unwrap_or_default().to_owned();
        let told = [(INSTALLATION, self.id.clone()), (OWN, relative), (SITE, site), (DEPLOYMENT, deployment)];
        told.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// Whether a program's own folder is gone, of which its container tells this.
    pub(super) fn has_no(&self, own: &str) -> bool {
        !self.folders.root().join(own).exists()
    }

    /// What the image of a release is called here, and its tag.
    pub(super) fn image(&self, SiteId(site): &SiteId, DeploymentId(deployment): &DeploymentId) -> (String, String) {
        (format!("{KEPT}/{}/{site}", self.id), deployment.clone())
    }

    /// The release that an image is kept for under this name, if it is this installation's.
    pub(super) fn release(&self, name: &str) -> Option<PathBuf> {
        let own = name.strip_prefix(KEPT)?.strip_prefix('/')?.strip_prefix(&self.id)?.strip_prefix('/')?;
        let (site, deployment) = own.split_once(':')?;
        Some(self.folders.release(&SiteId(site.to_owned()), &DeploymentId(deployment.to_owned())))
    }
}

fn last(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// What was drawn for an installation when it first asked.
fn chance(file: &Path) -> io::Result<Vec<u8>> {
    match fs::read(file) {
        Ok(drawn) if drawn.len() == CHANCE => return Ok(drawn),
        Ok(_) => {}
        Err(cause) if cause.kind() == ErrorKind::NotFound => {}
        Err(cause) => return Err(cause),
    }
    let mut drawn = [0; CHANCE];
    aws_lc_rs::rand::fill(&mut drawn).map_err(|_| io::Error::other("there is no chance to be had"))?;
    let unfinished = file.with_extension("partial");
    let mut written = fs::File::create(&unfinished)?;
    written.write_all(&drawn)?;
    written.sync_all()?;
    fs::rename(unfinished, file)?;
    Ok(drawn.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_installation_stays_the_same_and_a_copy_of_it_is_another() {
        let (here, there) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let first = House::open(here.path()).expect("opened").id;
        assert_eq!(House::open(here.path()).expect("opened").id, first);
        fs::copy(here.path().join(FILE), there.path().join(FILE)).expect("copied");
        assert_ne!(House::open(there.path()).expect("opened").id, first);
    }

    #[test]
    fn containers_and_images_say_of_which_site_and_deployment_they_are() {
        let folder = tempfile::tempdir().expect("a folder");
        let house = House::open(folder.path()).expect("opened");
        let (site, deployment) = (SiteId("csite".to_owned()), DeploymentId("cdep".to_owned()));
        let own = house.folders.instances(&site).join("cdep-3-abc");
        assert_eq!(house.name(&own), format!("mainstay-{}-cdep-3-abc", house.id));
        let labels = house.labels(&own);
        assert_eq!((labels[SITE].as_str(), labels[DEPLOYMENT].as_str()), ("csite", "cdep"));
        assert!(house.has_no(&labels[OWN]));
        fs::create_dir_all(&own).expect("made");
        assert!(!house.has_no(&labels[OWN]));
        let (name, tag) = house.image(&site, &deployment);
        assert_eq!(house.release(&format!("{name}:{tag}")), Some(house.folders.release(&site, &deployment)));
        for other in ["localhost/app:1", "mainstay.invalid/0000/csite:cdep", "mainstay.invalid", ""] {
            assert_eq!(house.release(other), None, "{other}");
        }
    }
}
