//! Which driver runs what.

use super::{Containers, Driver, DriverFault, Found, Offer};
use std::path::Path;
use std::sync::Arc;

/// The drivers of an installation: one for what is built here, and one for images, where there is a container engine.
#[derive(Clone)]
pub struct Drivers {
    pub(crate) boxes: Arc<dyn Driver>,
    pub(crate) containers: Option<Arc<dyn Containers>>,
}

impl Drivers {
    /// What each of them offers on this machine.
    pub async fn offers(&self) -> Vec<Offer> {
        let mut offers = vec![self.boxes.offer().await];
        if let Some(containers) = &self.containers {
            offers.push(containers.offer().await);
        }
        offers
    }

    /// Whether images can be run now.
    pub async fn has_containers(&self) -> bool {
        match &self.containers {
            Some(containers) => containers.offer().await.is_usable(),
            None => false,
        }
    }

    /// The one that runs images, or the other one. None where images are to run and nobody can.
    pub(crate) fn of(&self, is_image: bool) -> Option<Arc<dyn Driver>> {
        if is_image {
            self.containers.clone().map(|containers| containers as Arc<dyn Driver>)
        } else {
            Some(Arc::clone(&self.boxes))
        }
    }

    /// What has become of the program with this folder as its own.
    ///
    /// # Errors
    /// [`DriverFault`] when that cannot be found out.
    pub(crate) async fn find(&self, own: &Path) -> Result<Found, DriverFault> {
        match &self.containers {
            Some(containers) if containers.has(own) => containers.find(own).await,
            _ => self.boxes.find(own).await,
        }
    }

    /// Removes what is left of those whose end nobody saw.
    pub(crate) async fn sweep(&self) {
        self.boxes.sweep().await;
        if let Some(containers) = &self.containers {
            containers.sweep().await;
        }
    }
}
