//! The built-in server `filesystem`: the files of a workspace.

mod completion;
mod content;
mod facts;
mod folder;
mod glob;
mod limits;
mod part;
mod place;
mod refusal;
mod replace;
mod resources;
mod text;
mod tools;
mod usage;
mod walk;
mod write;

pub use folder::OpenError;
pub use limits::Limits;

use crate::upstream::{Hearing, Offer, Upstream, UpstreamFault};
use async_trait::async_trait;
use folder::Folder;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, CompleteRequestParams, CompleteResult, ContentBlock,
    ErrorData, GetPromptRequestParams, GetPromptResponse, ReadResourceRequestParams, ReadResourceResponse,
};
use std::io;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::{Mutex, Semaphore};
use tokio::task::spawn_blocking;
use tools::Work;
use usage::Usage;

const INSTRUCTIONS: &str = "The files of this workspace. Paths start at the workspace's folder: `notes/a.txt`.";

/// The files of one workspace, in a folder of its own: nothing outside it is read, made or changed, and no answer names
/// the place of the folder. Clones are the same server.
///
/// A call that has begun goes on when nobody waits for it any more; every call ends by its [`Limits`].
#[derive(Debug, Clone)]
pub struct Filesystem {
    folder: Arc<Folder>,
    usage: Arc<Mutex<Usage>>,
    at_once: Arc<Semaphore>,
}

impl Filesystem {
    /// Opens the folder of a workspace, and makes it, for this process's user alone, if it is missing. What is in it is
    /// counted once, now; until all clones are dropped and their calls done, nobody else opens it.
    ///
    /// # Errors
    /// [`OpenError`], none of which names the folder.
    pub async fn open(root: &Path, limits: Limits) -> Result<Self, OpenError> {
        let root = root.to_owned();
        let opened = spawn_blocking(move || {
            let folder = Folder::open(&root, limits)?;
            let usage = Usage::of(&folder);
            Ok::<_, OpenError>((folder, usage))
        });
        let (folder, usage) = opened.await.unwrap_or_else(|broken| Err(io::Error::other(broken).into()))?;
        Ok(Self {
            folder: Arc::new(folder),
            usage: Arc::new(Mutex::new(usage)),
            at_once: Arc::new(Semaphore::new(limits.at_once.max(1))),
        })
    }

    /// Does something with the folder, on a thread that may wait for the disk.
    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Folder) -> T + Send + 'static,
    ) -> Result<T, UpstreamFault> {
        let broken = || UpstreamFault::Away("the work on its files broke off".to_owned());
        let permit = Arc::clone(&self.at_once).acquire_owned().await.map_err(|_| broken())?;
        let folder = Arc::clone(&self.folder);
        let done = spawn_blocking(move || {
            let done = work(&folder);
            drop(permit);
            done
        });
        done.await.map_err(|_| broken())
    }
}

#[async_trait]
impl Upstream for Filesystem {
    async fn offer(&self) -> Result<Offer, UpstreamFault> {
        let resources = self.work(resources::list).await?;
        let resources = resources
            .map_err(|refusal| UpstreamFault::Refused(ErrorData::internal_error(refusal.to_string(), None)))?;
        Ok(Offer {
            instructions: Some(INSTRUCTIONS.to_owned()),
            tools: tools::all(&self.folder.limits),
            resources,
            templates: vec![resources::template()],
            prompts: Vec::new(),
            completes: true,
        })
    }

    async fn call(&self, call: CallToolRequestParams, _hearing: Hearing) -> Result<CallToolResponse, UpstreamFault> {
        let arguments = call.arguments.unwrap_or_default();
        let given = match tools::named(&call.name) {
            Some(Work::Reading(work)) => self.work(move |folder| work(folder, arguments)).await?,
            Some(Work::Writing(work)) => {
                // Waited for here, so that those who wait hold no thread.
                let mut usage = Arc::clone(&self.usage).lock_owned().await;
                self.work(move |folder| work(folder, &mut usage, arguments)).await?
            }
            None => return Err(unknown("tool", &call.name)),
        };
        let result = given.map_or_else(
            |refusal| CallToolResult::error(vec![ContentBlock::text(refusal.to_string())]),
            CallToolResult::structured,
        );
        Ok(result.into())
    }

    async fn read(
        &self,
        request: ReadResourceRequestParams,
        _hearing: Hearing,
    ) -> Result<ReadResourceResponse, UpstreamFault> {
        let read = self.work(move |folder| resources::read(folder, &request.uri)).await?;
        read.map(Into::into)
    }

    async fn prompt(
        &self,
        request: GetPromptRequestParams,
        _hearing: Hearing,
    ) -> Result<GetPromptResponse, UpstreamFault> {
        Err(unknown("prompt", &request.name))
    }

    async fn complete(&self, request: CompleteRequestParams) -> Result<CompleteResult, UpstreamFault> {
        let begun = completion::begun(request)?;
        self.work(move |folder| completion::complete(folder, &begun)).await
    }
}

fn unknown(what: &str, name: &str) -> UpstreamFault {
    UpstreamFault::Refused(ErrorData::invalid_params(format!("Unknown {what}: {name}"), None))
}
