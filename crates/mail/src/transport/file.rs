//! Mails as files in a folder.

use super::{SendError, Transport};
use crate::message::Message;
use async_trait::async_trait;
use std::io;
use std::path::{Path, PathBuf};
use tokio::fs;

/// A folder of `.eml` files whose names sort by the time of the mail.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new(path: impl AsRef<Path>) -> Self {
        Self(path.as_ref().to_owned())
    }

    /// Whoever watches the folder never sees half a mail: it gets its name when it is whole. A second attempt at the
    /// same mail replaces the first.
    async fn put(&self, name: &str, content: &[u8]) -> io::Result<PathBuf> {
        fs::create_dir_all(&self.0).await?;
        let (unfinished, finished) = (self.0.join(format!(".{name}.part")), self.0.join(name));
        fs::write(&unfinished, content).await?;
        fs::rename(&unfinished, &finished).await?;
        Ok(finished)
    }

    fn failed(&self, cause: &io::Error) -> SendError {
        SendError::Later(format!("the folder {} takes no mail: {cause}", self.0.display()))
    }
}

#[async_trait]
impl Transport for Folder {
    async fn send(&self, message: &Message) -> Result<(), SendError> {
        let name = format!("{}-{}.eml", message.date().utc().format("%Y%m%dT%H%M%S%.6fZ"), message.id());
        self.put(&name, &message.formatted()).await.map_err(|cause| self.failed(&cause))?;
        Ok(())
    }

    async fn check(&self) -> Result<(), SendError> {
        let probe = async { fs::remove_file(self.put(".check", b"").await?).await };
        probe.await.map_err(|cause| self.failed(&cause))
    }
}
