//! Who runs images.

use super::{Driver, DriverFault, Lines};
use crate::ids::{DeploymentId, SiteId};
use crate::image::ImageName;
use async_trait::async_trait;
use std::path::Path;

/// Runs programs that come as images.
#[async_trait]
pub trait Containers: Driver {
    /// Whether a program with this folder as its own is one of its.
    fn has(&self, own: &Path) -> bool;

    /// Gets an image, as its registry has it now, and tells how far that is.
    ///
    /// # Errors
    /// [`NoImage`].
    async fn fetch(&self, name: &ImageName, lines: &(dyn Lines + Sync)) -> Result<Image, NoImage>;

    /// Lets an image be there as long as the release of this deployment is.
    ///
    /// # Errors
    /// [`DriverFault`] when it is gone, or the engine does not answer.
    async fn keep(&self, image: &Image, site: &SiteId, deployment: &DeploymentId) -> Result<(), DriverFault>;
}

/// An image that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// The SHA-256 of what it is, in hexadecimal: whatever its name leads to later, this stays the same.
    pub sha256: String,
    /// How large it is.
    pub bytes: u64,
}

/// Why there is no image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoImage {
    /// It is where nothing may be asked for.
    Refused(String),
    /// It is not where its name says, or cannot be had from there.
    Missing(String),
    /// Nobody can be asked for it.
    NoEngine(String),
}
