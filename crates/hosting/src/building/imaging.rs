//! How a site that comes as an image is made ready.

use super::builder::{Halt, Work};
use super::plan;
use super::release::{Made, settle};
use super::steps;
use crate::deployments::{Deployment, DeploymentStatus, FailureReason, Program};
use crate::driver::{Containers, Image, Lines, NoImage};
use crate::image::ImageName;
use crate::logs::{LogWriter, Stream};
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How long fetching an image may take.
const LONGEST: Duration = Duration::from_mins(15);
/// What the release of an image holds: which one it is.
const FILE: &str = "image";

/// Tells a log how far the fetching of an image is.
struct Telling<'t>(&'t LogWriter);

impl Lines for Telling<'_> {
    fn line(&self, is_error: bool, text: &str) {
        self.0.tell(if is_error { Stream::Stderr } else { Stream::Stdout }, text);
    }
}

impl Work<'_> {
    /// Gets an image and makes a release of it: what runs is what its name leads to now, whatever it leads to later.
    pub(super) async fn take_image(
        &self,
        deployment: &Deployment,
        name: &str,
    ) -> Result<(Made, Option<Program>), Halt> {
        let phase = DeploymentStatus::Cloning;
        let unnamed = |message| self.failed(phase, FailureReason::ImageNotFound, message);
        let name = ImageName::parse(name).map_err(unnamed)?;
        let containers = self.builder.running.launch.drivers.containers.clone();
        let none = || self.failed(phase, FailureReason::NotSupported, "There is no container engine to run images");
        let containers = containers.ok_or_else(none)?;
        self.log.say(format!("Fetching the image {name}"));
        let telling = Telling(self.log);
        let Ok(fetched) = tokio::time::timeout(LONGEST, containers.fetch(&name, &telling)).await else {
            let text = format!("Fetching the image took more than {} minutes", LONGEST.as_secs() / 60);
            return Err(self.failed(phase, FailureReason::TimedOut, text));
        };
        let image = fetched.map_err(|cause| self.unfetched_image(cause))?;
        self.log.say(format!("Image sha256:{}, {} bytes", image.sha256, image.bytes));
        self.builder.amend(self.claimed, steps::goes_on(self.step(), DeploymentStatus::Building)).await?;
        self.keep(&containers, &image).await?;
        let command = deployment.settings.start_command.clone().map(plan::as_one_program).unwrap_or_default();
        let program = Program { command, image: Some(image.sha256.clone()) };
        Ok((Made { sha256: image.sha256, bytes: image.bytes, files: 0 }, Some(program)))
    }

    /// Makes the release, and has the image be there as long as it is.
    async fn keep(&self, containers: &Arc<dyn Containers>, image: &Image) -> Result<(), Halt> {
        let phase = DeploymentStatus::Building;
        let to = self.builder.folders.release(&self.claimed.site, &self.claimed.id);
        let sha256 = image.sha256.clone();
        let made = tokio::task::spawn_blocking(move || note(&to, &sha256)).await.map_err(io::Error::other).flatten();
        made.map_err(|cause| {
            tracing::error!(%cause, "the release of an image cannot be made");
            self.failed(phase, FailureReason::Internal, "The folder of the site cannot be written")
        })?;
        let kept = containers.keep(image, &self.claimed.site, &self.claimed.id).await;
        let lost =
            |cause| self.failed(phase, FailureReason::NotSupported, format!("The image cannot be kept: {cause}"));
        kept.map_err(lost)
    }

    fn unfetched_image(&self, cause: NoImage) -> Halt {
        let (reason, message) = match cause {
            NoImage::Refused(message) => (FailureReason::HostNotAllowed, message),
            NoImage::Missing(message) => (FailureReason::ImageNotFound, message),
            NoImage::NoEngine(cause) => (FailureReason::NotSupported, format!("No image can be had now: {cause}")),
        };
        self.failed(DeploymentStatus::Cloning, reason, message)
    }
}

fn note(to: &Path, sha256: &str) -> io::Result<()> {
    let partial = to.with_extension("partial");
    let _ = std::fs::remove_dir_all(&partial);
    std::fs::create_dir_all(&partial)?;
    std::fs::write(partial.join(FILE), sha256)?;
    settle(&partial, to)
}
