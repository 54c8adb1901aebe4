//! What containers leave behind: those whose programs nobody knows any longer, and images that no release needs.

use super::engine::Engine;
use super::house::{House, INSTALLATION, OWN};
use crate::driver::DriverFault;

/// Removes what is this installation's and of no use any more.
pub(super) async fn sweep(engine: &Engine, house: &House) -> Result<(), DriverFault> {
    for container in engine.containers(format!("{INSTALLATION}={}", house.id)).await? {
        let own = container.labels.as_ref().and_then(|labels| labels.get(OWN));
        if let (Some(own), Some(id)) = (own, &container.id)
            && house.has_no(own)
        {
            engine.remove(id).await;
        }
    }
    for name in engine.images().await?.iter().flat_map(|image| &image.repo_tags) {
        let is_done_with = house.release(name).is_some_and(|release| !release.exists());
        if is_done_with && let Err(cause) = engine.untag(name).await {
            tracing::debug!(image = name, %cause, "an image is not removed now");
        }
    }
    Ok(())
}
