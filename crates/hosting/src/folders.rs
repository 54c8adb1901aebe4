//! Where the files of sites lie.

use crate::ids::{DeploymentId, SiteId};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// The folders of an installation.
#[derive(Debug, Clone)]
pub(crate) struct Folders {
    root: PathBuf,
}

impl Folders {
    /// What the file is called that says as which user of the machine a site's programs run.
    pub(crate) const USER: &'static str = "user";
    /// What the names of folders begin with that have what programs write.
    pub(crate) const OUTPUT: &'static str = "runtime-";

    /// Below this folder, which need not be there yet.
    pub(crate) fn new(root: &Path) -> Self {
        Self { root: std::path::absolute(root).unwrap_or_else(|_| root.to_owned()) }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Where every site has a folder.
    pub(crate) fn sites(&self) -> PathBuf {
        self.root.join("sites")
    }

    /// All that a site has.
    pub(crate) fn site(&self, site: &SiteId) -> PathBuf {
        self.sites().join(&site.0)
    }

    /// What a site has told.
    pub(crate) fn logs(&self, site: &SiteId) -> PathBuf {
        self.site(site).join("logs")
    }

    /// What it can serve.
    pub(crate) fn releases(&self, site: &SiteId) -> PathBuf {
        self.site(site).join("releases")
    }

    /// What one deployment came to; nothing here changes once it is there.
    pub(crate) fn release(&self, site: &SiteId, deployment: &DeploymentId) -> PathBuf {
        self.releases(site).join(&deployment.0)
    }

    /// What a site's program may change.
    pub(crate) fn data(&self, site: &SiteId) -> PathBuf {
        self.site(site).join("data")
    }

    /// Where the keepers of its programs have their files.
    pub(crate) fn instances(&self, site: &SiteId) -> PathBuf {
        self.site(site).join("instances")
    }

    /// Where what the program of a deployment writes goes.
    pub(crate) fn output(&self, site: &SiteId, deployment: &DeploymentId) -> PathBuf {
        self.logs(site).join(format!("{}{}", Self::OUTPUT, deployment.0))
    }

    /// Where a site's deployments are worked at.
    pub(crate) fn works(&self, site: &SiteId) -> PathBuf {
        self.site(site).join("work")
    }

    /// Where a deployment is worked at.
    pub(crate) fn work(&self, site: &SiteId, deployment: &DeploymentId) -> PathBuf {
        self.works(site).join(&deployment.0)
    }

    /// Where the tools of a deployment keep their own files, beside what is worked at: caches are no part of a release.
    pub(crate) fn home(&self, site: &SiteId, deployment: &DeploymentId) -> PathBuf {
        self.works(site).join(format!("{}.home", deployment.0))
    }
}

/// What lies in a folder; nothing if it is not there.
pub(crate) fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match std::fs::read_dir(folder) {
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut names = Vec::new();
    for entry in entries {
        names.extend(entry?.file_name().into_string());
    }
    Ok(names)
}
