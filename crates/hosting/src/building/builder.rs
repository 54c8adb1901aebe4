//! The one that deploys.

use super::commands::Commands;
use super::git::{Fetched, Git, Unfetched, Wanted};
use super::keeping::Keeping;
use super::package;
use super::plan::Plan;
use super::release::{self, Made};
use super::steps::{self, Step};
use crate::bell::Bell;
use crate::deployments::{Deployment, DeploymentStatus, Failure, FailureReason, Program};
use crate::driver::{Driver, Order};
use crate::error::HostingError;
use crate::folders::Folders;
use crate::logs::LogWriter;
use crate::repository::{Repository, is_same_server};
use crate::running::{Offered, Running};
use crate::sites::Pass;
use crate::store::{Amend, Claimed, Stores};
use crate::variables::{Mask, Variables};
use mainstay_kernel::{Clock, Ids};
use mainstay_store::StoreResult;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Deploys, one after the other.
pub(crate) struct Builder {
    pub(crate) name: String,
    pub(crate) stores: Stores,
    pub(crate) folders: Folders,
    pub(crate) git: Arc<Git>,
    pub(crate) keeping: Arc<Keeping>,
    pub(crate) bell: Arc<Bell>,
    pub(crate) driver: Arc<dyn Driver>,
    pub(crate) variables: Arc<Variables>,
    pub(crate) running: Arc<Running>,
    /// Tells it from the other builders of this node.
    pub(crate) seat: u32,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
}

/// How long nobody else takes over what a builder holds, unless it says again that it is at work.
const LEASE: Duration = Duration::from_secs(15);
/// How often it says so.
const BEAT: Duration = Duration::from_secs(5);
/// How long fetching a repository may take.
const LONGEST_FETCH: Duration = Duration::from_mins(5);

/// Why a deployment is not gone on with.
pub(super) enum Halt {
    /// It failed; its record says why.
    Failed(Failure),
    /// It was called off, or is another's by now.
    CalledOff,
    /// Its record could not be read or written.
    Unrecorded(HostingError),
}

impl From<HostingError> for Halt {
    fn from(cause: HostingError) -> Self {
        match cause {
            HostingError::DeploymentNotFound | HostingError::SiteNotFound => Self::CalledOff,
            other => Self::Unrecorded(other),
        }
    }
}

impl Builder {
    /// Deploys what waits longest; says whether anything did.
    pub(super) async fn work_once(&self) -> StoreResult<bool> {
        let now = self.clock.now();
        let Some(claimed) = self.stores.queue.claim(self.name.clone(), now.plus(LEASE), now).await? else {
            return Ok(false);
        };
        self.keeping.clear(&claimed.site).await;
        let log = LogWriter::begin(&self.folders.logs(&claimed.site), &claimed.id, Arc::clone(&self.clock));
        let ended = match log {
            Ok(log) => {
                let work = Work { builder: self, claimed: &claimed, log: &log };
                tokio::select! {
                    ended = work.deploy() => ended,
                    () = self.lose_hold(&claimed) => Err(Halt::CalledOff),
                }
            }
            Err(cause) => Err(no_log(&cause)),
        };
        if let Err(halt) = ended {
            self.halt(&claimed, halt).await;
        }
        self.keeping.tidy(&claimed.site, &claimed.id).await;
        self.bell.ring(&claimed.site).await;
        Ok(true)
    }

    /// Says that it is at work, until the deployment is this builder's no longer. While that one goes live it is not left
    /// any more: it is not held once it is live, and its program is to answer then. If it was called off just before,
    /// going live fails.
    async fn lose_hold(&self, claimed: &Claimed) {
        loop {
            let changed = self.bell.change();
            let held = self.stores.queue.beat(claimed.id.clone(), self.name.clone(), self.clock.now().plus(LEASE));
            if matches!(held.await, Ok(false)) && !self.bell.is_switching(&claimed.site) {
                return;
            }
            let _ = tokio::time::timeout(BEAT, changed).await;
        }
    }

    async fn halt(&self, claimed: &Claimed, halt: Halt) {
        match halt {
            Halt::CalledOff => tracing::debug!(deployment = %claimed.id, "a deployment was called off"),
            Halt::Failed(failure) => self.fail(claimed, failure).await,
            Halt::Unrecorded(cause) => {
                tracing::error!(deployment = %claimed.id, %cause, "how far a deployment is could not be recorded");
            }
        }
    }

    pub(super) async fn fail(&self, claimed: &Claimed, failure: Failure) {
        let step = Step { id: claimed.id.clone(), ids: Arc::clone(&self.ids), now: self.clock.now() };
        let failed = self.amend(claimed, steps::failed(step, failure)).await;
        if let Err(Halt::Unrecorded(cause)) = failed {
            tracing::error!(deployment = %claimed.id, %cause, "why a deployment failed could not be recorded");
        }
    }

    pub(super) async fn amend(&self, claimed: &Claimed, amend: Amend) -> Result<(), Halt> {
        let amended = self.stores.sites.amend(claimed.workspace, claimed.site.clone(), amend).await;
        amended.map_err(HostingError::from)?.ok_or(Halt::CalledOff)??;
        Ok(())
    }
}

/// One deployment that is worked at.
pub(super) struct Work<'w> {
    pub(super) builder: &'w Builder,
    pub(super) claimed: &'w Claimed,
    pub(super) log: &'w LogWriter,
}

impl Work<'_> {
    async fn deploy(&self) -> Result<(), Halt> {
        let deployment = self.read().await?;
        if deployment.restores.is_some() {
            self.must_be_kept(&deployment)?;
            return self.go_live(&deployment).await;
        }
        let (made, program) = if let Some(image) = &deployment.settings.image {
            self.take_image(&deployment, image).await?
        } else {
            let source = self.fetch(&deployment).await?;
            self.build(&deployment, source).await?
        };
        self.builder.amend(self.claimed, steps::made(self.step(), made, program)).await?;
        self.go_live(&self.read().await?).await
    }

    async fn read(&self) -> Result<Deployment, Halt> {
        let Claimed { workspace, site, id } = self.claimed.clone();
        let found = self.builder.stores.sites.deployment(workspace, site, id).await;
        found.map_err(HostingError::from)?.ok_or(Halt::CalledOff)
    }

    fn must_be_kept(&self, deployment: &Deployment) -> Result<(), Halt> {
        let release = deployment.release.as_ref().map(|own| self.builder.folders.release(&self.claimed.site, own));
        if release.is_some_and(|folder| folder.is_dir()) {
            return Ok(());
        }
        let text = "The files of that deployment are no longer kept: deploy its commit anew";
        Err(self.failed(DeploymentStatus::Switching, FailureReason::FolderNotFound, text))
    }

    async fn fetch(&self, deployment: &Deployment) -> Result<PathBuf, Halt> {
        let phase = DeploymentStatus::Cloning;
        let settings = &deployment.settings;
        let repository = Repository::parse(&settings.repository, self.builder.git.allowed());
        let repository = repository.map_err(|message| self.failed(phase, FailureReason::HostNotAllowed, message))?;
        let revision = deployment.commit.as_ref().or(deployment.branch.as_ref());
        self.log.say(format!("Cloning {repository} at {}", revision.map_or("its HEAD", String::as_str)));
        let into = self.builder.folders.work(&self.claimed.site, &self.claimed.id);
        let pass = self.pass(deployment).await?;
        let wanted = Wanted { repository, branch: deployment.branch.clone(), commit: deployment.commit.clone(), pass };
        let fetching = self.builder.git.fetch(&wanted, &into, self.log);
        let Ok(fetched) = tokio::time::timeout(LONGEST_FETCH, fetching).await else {
            let text = format!("Fetching the repository took more than {} minutes", LONGEST_FETCH.as_secs() / 60);
            return Err(self.failed(phase, FailureReason::TimedOut, text));
        };
        let fetched = fetched.map_err(|cause| self.unfetched(cause))?;
        let Fetched { commit, message } = &fetched;
        self.log.say(format!("Commit {commit}: {message}"));
        self.builder.amend(self.claimed, steps::fetched(self.step(), fetched)).await?;
        Ok(into)
    }

    /// What opens the repository, if the site has that for its server.
    async fn pass(&self, deployment: &Deployment) -> Result<Option<Pass>, Halt> {
        let site = self.builder.stores.sites.site(deployment.workspace, deployment.site.clone()).await;
        let site = site.map_err(HostingError::from)?.ok_or(HostingError::SiteNotFound)?;
        let (now, then) = (&site.settings, &deployment.settings);
        let token = site.repository_token.filter(|_| is_same_server(&now.repository, &then.repository));
        let open = |token| self.builder.variables.vault.open_token(&site.id, &then.kind, &token);
        Ok(token.map(open).transpose()?)
    }

    /// Builds what was fetched, and makes a release of it.
    async fn build(&self, deployment: &Deployment, source: PathBuf) -> Result<(Made, Option<Program>), Halt> {
        let settings = deployment.settings.clone();
        let plan = self.look(&source, move |source| Plan::find(source, &settings)).await?;
        self.log.say(format!("This is {}", plan.sort));
        self.run(&plan.commands, deployment, &source).await?;
        let to = self.builder.folders.release(&self.claimed.site, &self.claimed.id);
        let settings = deployment.settings.clone();
        let most = u64::from(settings.resources.disk_mb) * 1024 * 1024;
        if let Some(program) = plan.program {
            let made = self.look(&source, move |source| package::take(source, &to, most)).await?;
            self.tell(&made);
            return Ok((made, Some(program)));
        }
        let made = self.look(&source, move |source| release::make(&plan.files(source, &settings)?, &to, most)).await?;
        self.tell(&made);
        Ok((made, None))
    }

    fn tell(&self, made: &Made) {
        self.log.say(format!("Release of {} files, {} bytes, {}", made.files, made.bytes, made.sha256));
    }

    async fn run(&self, commands: &[String], deployment: &Deployment, source: &Path) -> Result<(), Halt> {
        if commands.is_empty() {
            return Ok(());
        }
        let variables = self.builder.variables.for_build(self.claimed).await?;
        let hidden = Mask::new(variables.values());
        let making = Commands { driver: &*self.builder.driver, log: self.log, hidden: &hidden };
        for command in commands {
            let order = Order {
                command: command.clone(),
                folder: source.to_owned(),
                home: self.builder.folders.home(&self.claimed.site, &self.claimed.id),
                inner: deployment.settings.root_directory.clone(),
                variables: variables.clone(),
                resources: deployment.settings.resources.clone(),
                seat: self.builder.seat,
            };
            making.run(order).await.map_err(|failure| self.build_failed(failure))?;
        }
        Ok(())
    }

    /// Does something with a source that takes the disk.
    async fn look<T: Send + 'static>(
        &self,
        source: &Path,
        at: impl FnOnce(&Path) -> Result<T, (FailureReason, String)> + Send + 'static,
    ) -> Result<T, Halt> {
        let source = source.to_owned();
        let looked = tokio::task::spawn_blocking(move || at(&source)).await;
        let looked = looked.unwrap_or_else(|cause| Err((FailureReason::Internal, cause.to_string())));
        looked.map_err(|(reason, message)| self.failed(DeploymentStatus::Building, reason, message))
    }

    /// Lets it take the place of the one before, once its program is well, if it has one.
    async fn go_live(&self, deployment: &Deployment) -> Result<(), Halt> {
        let upstream = self.builder.running.upstreams.of(&self.claimed.site);
        let offered = match self.instance(deployment).await? {
            Some(instance) => Offered::new(&upstream, instance),
            None => Offered::nothing(&upstream),
        };
        // Said before it is so: whoever waits for that finds the log whole.
        self.log.say("Going live");
        let _switching = self.builder.bell.switching(&self.claimed.site);
        self.builder.amend(self.claimed, steps::live(self.step())).await?;
        offered.accept(&self.claimed.id);
        self.builder.bell.ring(&self.claimed.site).await;
        Ok(())
    }

    pub(super) fn step(&self) -> Step {
        let ids = Arc::clone(&self.builder.ids);
        Step { id: self.claimed.id.clone(), ids, now: self.builder.clock.now() }
    }

    fn unfetched(&self, cause: Unfetched) -> Halt {
        let Unfetched { reason, message, exit_code, last_lines } = cause;
        self.log.say(format!("Failed: {message}"));
        let failure = Failure::of(DeploymentStatus::Cloning, reason, message);
        Halt::Failed(Failure { exit_code, last_lines, ..failure })
    }

    fn build_failed(&self, failure: Failure) -> Halt {
        self.log.say(format!("Failed: {}", failure.message));
        Halt::Failed(failure)
    }

    pub(super) fn failed(&self, phase: DeploymentStatus, reason: FailureReason, message: impl Into<String>) -> Halt {
        let message = message.into();
        self.log.say(format!("Failed: {message}"));
        Halt::Failed(Failure::of(phase, reason, message))
    }
}

fn no_log(cause: &std::io::Error) -> Halt {
    tracing::error!(%cause, "the log of a deployment cannot be written");
    let text = "The folder of the site cannot be written";
    Halt::Failed(Failure::of(DeploymentStatus::Cloning, FailureReason::Internal, text))
}
