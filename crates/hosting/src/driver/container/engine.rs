//! A container engine, asked by its API.

use super::state;
use crate::driver::{DriverFault, Exit};
use bollard::errors::Error;
use bollard::models::{
    ContainerCreateBody, ContainerState, ContainerSummary, ImageInspect, ImageSummary, SystemInfo,
    SystemInfoCgroupVersionEnum,
};
use bollard::query_parameters::{
    CreateContainerOptions, InspectContainerOptions, ListContainersOptions, ListImagesOptions, RemoveContainerOptions,
    RemoveImageOptions, StartContainerOptions, StopContainerOptions, TagImageOptions,
};
use bollard::{ClientVersion, Docker};
use mainstay_kernel::Clock;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OnceCell;

/// An engine.
pub(super) struct Engine {
    socket: PathBuf,
    pub(super) clock: Arc<dyn Clock>,
    /// How it is spoken to, once it has answered.
    docker: OnceCell<Docker>,
    facts: OnceCell<Facts>,
}

/// What an engine says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Facts {
    /// What keeps limits, if it keeps all that are needed.
    pub(super) limits: Option<&'static str>,
}

/// A container, as its engine sees it now.
pub(super) struct Looked {
    pub(super) id: String,
    pub(super) runs: bool,
    pub(super) state: ContainerState,
}

/// How long an engine may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long it may take for anything else, in seconds.
const LONGEST: u64 = 60;
/// The newest version of its API that is spoken; older engines are spoken to as they understand it.
const VERSION: ClientVersion = ClientVersion { major_version: 1, minor_version: 47 };
/// How often a container is looked at that is between two states.
const MOST_LOOKS: u32 = 100;
const BETWEEN: Duration = Duration::from_millis(100);
/// Longest complaint that is told, in characters.
const LONGEST_COMPLAINT: usize = 300;

impl Engine {
    pub(super) fn new(socket: PathBuf, clock: Arc<dyn Clock>) -> Self {
        Self { socket, clock, docker: OnceCell::new(), facts: OnceCell::new() }
    }

    /// How it is spoken to.
    pub(super) async fn docker(&self) -> Result<&Docker, DriverFault> {
        let opening = self.docker.get_or_try_init(|| async {
            let docker = Docker::connect_with_unix(&self.socket.to_string_lossy(), LONGEST, &VERSION)?;
            docker.negotiate_version().await
        });
        match tokio::time::timeout(PATIENCE, opening).await {
            Ok(Ok(docker)) => Ok(docker),
            Ok(Err(cause)) => Err(away(&cause)),
            Err(late) => Err(away(&late)),
        }
    }

    /// What it is, if it answers now.
    pub(super) async fn facts(&self) -> Result<Facts, DriverFault> {
        let docker = self.docker().await?;
        let asked = async {
            docker.ping().await?;
            self.facts.get_or_try_init(|| async { docker.info().await.map(|info| Facts::of(&info)) }).await
        };
        match tokio::time::timeout(PATIENCE, asked).await {
            Ok(Ok(facts)) => Ok(facts.clone()),
            Ok(Err(cause)) => Err(away(&cause)),
            Err(late) => Err(away(&late)),
        }
    }

    /// A container, if there is one of this name.
    pub(super) async fn look(&self, name: &str) -> Result<Option<Looked>, DriverFault> {
        let docker = self.docker().await?;
        let mut looks = 0;
        let found = loop {
            match docker.inspect_container(name, None::<InspectContainerOptions>).await {
                // Podman has states on the way for which the API has no word.
                Err(Error::JsonDataError { .. }) if looks < MOST_LOOKS => looks += 1,
                found => break found,
            }
            tokio::time::sleep(BETWEEN).await;
        };
        let Some(found) = known(found)? else { return Ok(None) };
        let state = found.state.unwrap_or_default();
        Ok(Some(Looked { id: found.id.unwrap_or_default(), runs: state.running.unwrap_or(false), state }))
    }

    /// How a container ended, if it has: none if it runs, or is gone.
    pub(super) async fn ended(&self, looked: &Looked) -> Exit {
        let exit = state::exit(&looked.state, self.clock.now().micros());
        if !state::may_be_oom(&exit) {
            return exit;
        }
        let container = looked.id.clone();
        let told = tokio::task::spawn_blocking(move || state::kernel_ended(&container)).await;
        Exit { oom_killed: told.unwrap_or(false), ..exit }
    }

    pub(super) async fn create(&self, name: &str, body: ContainerCreateBody) -> Result<(), DriverFault> {
        let options = CreateContainerOptions { name: Some(name.to_owned()), ..CreateContainerOptions::default() };
        let created = self.docker().await?.create_container(Some(options), body).await;
        created.map(drop).map_err(|cause| refused(&cause))
    }

    /// Starts a container, and gives its id.
    pub(super) async fn start(&self, name: &str) -> Result<String, DriverFault> {
        let docker = self.docker().await?;
        docker.start_container(name, None::<StartContainerOptions>).await.map_err(|cause| refused(&cause))?;
        let looked = self.look(name).await?;
        looked.map(|looked| looked.id).ok_or_else(|| DriverFault("The container is gone".to_owned()))
    }

    /// Has a container told to end, and ended after this time; comes back once it has.
    pub(super) async fn stop(&self, name: &str, grace: Duration) -> Result<(), DriverFault> {
        let t = i32::try_from(grace.as_secs()).unwrap_or(i32::MAX);
        let options = StopContainerOptions { t: Some(t), ..StopContainerOptions::default() };
        known(self.docker().await?.stop_container(name, Some(options)).await).map(drop)
    }

    /// Removes a container, whatever it does. If that fails now, whoever sweeps does it later.
    pub(super) async fn remove(&self, name: &str) {
        let options = RemoveContainerOptions { force: true, v: true, ..RemoveContainerOptions::default() };
        let removed = match self.docker().await {
            Ok(docker) => known(docker.remove_container(name, Some(options)).await).map(drop),
            Err(cause) => Err(cause),
        };
        if let Err(cause) = removed {
            tracing::warn!(container = name, %cause, "a container could not be removed");
        }
    }

    /// All containers that tell this of themselves.
    pub(super) async fn containers(&self, label: String) -> Result<Vec<ContainerSummary>, DriverFault> {
        let filters = Some(HashMap::from([("label".to_owned(), vec![label])]));
        let options = ListContainersOptions { all: true, filters, ..ListContainersOptions::default() };
        self.docker().await?.list_containers(Some(options)).await.map_err(|cause| refused(&cause))
    }

    /// All images.
    pub(super) async fn images(&self) -> Result<Vec<ImageSummary>, DriverFault> {
        let listed = self.docker().await?.list_images(None::<ListImagesOptions>).await;
        listed.map_err(|cause| refused(&cause))
    }

    /// An image, if there is one of this name or id.
    pub(super) async fn image(&self, name: &str) -> Result<Option<ImageInspect>, DriverFault> {
        known(self.docker().await?.inspect_image(name).await)
    }

    /// Where an image would have files of its own kept, outside of what cannot be written.
    pub(super) async fn volumes(&self, image: &str) -> Result<Vec<String>, DriverFault> {
        let found = self.image(image).await?;
        let found = found.ok_or_else(|| DriverFault("The image is no longer there: deploy it anew".to_owned()))?;
        Ok(found.config.and_then(|config| config.volumes).unwrap_or_default())
    }

    /// Gives an image a further name.
    pub(super) async fn tag(&self, image: &str, (name, tag): (&str, &str)) -> Result<(), DriverFault> {
        let options = TagImageOptions { repo: Some(name.to_owned()), tag: Some(tag.to_owned()) };
        self.docker().await?.tag_image(image, Some(options)).await.map_err(|cause| refused(&cause))
    }

    /// Takes a name from an image; one without any goes.
    pub(super) async fn untag(&self, name: &str) -> Result<(), DriverFault> {
        let options = RemoveImageOptions::default();
        known(self.docker().await?.remove_image(name, Some(options), None).await).map(drop)
    }
}

impl Facts {
    fn of(info: &SystemInfo) -> Self {
        let keeps = [info.memory_limit, info.pids_limit, info.cpu_cfs_quota];
        let limits = match info.cgroup_version {
            Some(SystemInfoCgroupVersionEnum::_2) => "CGROUP_V2",
            _ => "CGROUP_V1",
        };
        Self { limits: keeps.iter().all(|keeps| *keeps == Some(true)).then_some(limits) }
    }
}

/// What was asked for, if it is there.
fn known<T>(answer: Result<T, Error>) -> Result<Option<T>, DriverFault> {
    match answer {
        Ok(found) => Ok(Some(found)),
        // That it is so already is told by 304.
        Err(Error::DockerResponseServerError { status_code: 304 | 404, .. }) => Ok(None),
        Err(cause) => Err(refused(&cause)),
    }
}

/// That it does not answer is told to tenants, and where it would is not.
fn away(cause: &dyn std::fmt::Display) -> DriverFault {
    tracing::debug!(%cause, "the container engine does not answer");
    DriverFault("the container engine does not answer".to_owned())
}

/// What it has against something, in its own words: those of a program that is not there are what people look for.
pub(super) fn refused(cause: &Error) -> DriverFault {
    let (Error::DockerResponseServerError { message, .. } | Error::DockerStreamError { error: message }) = cause else {
        return away(cause);
    };
    tracing::debug!(%message, "the container engine refuses something");
    let line = message.lines().next().unwrap_or_default();
    DriverFault(line.chars().filter(|letter| !letter.is_control()).take(LONGEST_COMPLAINT).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use mainstay_testkit::ManualClock;

    #[test]
    fn an_engine_that_does_not_keep_every_limit_keeps_none() {
        let all = SystemInfo {
            memory_limit: Some(true),
            pids_limit: Some(true),
            cpu_cfs_quota: Some(true),
            cgroup_version: Some(SystemInfoCgroupVersionEnum::_2),
            ..SystemInfo::default()
        };
        assert_eq!(Facts::of(&all).limits, Some("CGROUP_V2"));
        assert_eq!(Facts::of(&SystemInfo { cgroup_version: None, ..all.clone() }).limits, Some("CGROUP_V1"));
        assert_eq!(Facts::of(&SystemInfo { pids_limit: None, ..all.clone() }).limits, None);
        assert_eq!(Facts::of(&SystemInfo { memory_limit: Some(false), ..all }).limits, None);
    }

    #[test]
    fn what_an_engine_has_against_something_is_told_in_a_line_and_not_where_it_is() {
        let message = format!("exec: \"/nope\": {}\nsecond", "x".repeat(500));
        let told = refused(&Error::DockerResponseServerError { status_code: 500, message }).0;
        assert!(told.starts_with("exec: \"/nope\"") && told.len() == LONGEST_COMPLAINT && !told.contains("second"));
        let away = refused(&Error::SocketNotFoundError("/run/engine.sock".to_owned())).0;
        assert!(!away.contains("/run"), "{away}");
    }

    #[tokio::test]
    async fn an_engine_that_is_not_there_is_told_of_and_not_waited_for() {
        let engine = Engine::new("/nowhere/engine.sock".into(), Arc::new(ManualClock::new()));
        let told = engine.facts().await.expect_err("nobody answers");
        assert_eq!(told.0, "the container engine does not answer");
    }
}
