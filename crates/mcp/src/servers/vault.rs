//! What a server is given and nobody is shown, sealed with the master key for its workspace and name.

use super::model::SecretTexts;
use crate::error::McpError;
use crate::model::ServerName;
use mainstay_kernel::seal::Keyring;
use mainstay_kernel::{Ids, Secret, WorkspaceId};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Seals and opens.
#[derive(Clone)]
pub(crate) struct Vault {
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) ids: Arc<dyn Ids>,
}

impl Vault {
    /// Seals the texts; nothing where there are none.
    pub(crate) fn seal(&self, workspace: WorkspaceId, name: &ServerName, texts: &SecretTexts) -> Option<Vec<u8>> {
        if texts.is_empty() {
            return None;
        }
        let plain: BTreeMap<&str, &str> = texts.iter().map(|(name, text)| (&**name, text.expose().as_str())).collect();
        let plain = Secret::new(serde_json::to_vec(&plain).unwrap_or_default());
        Some(self.keyring.seal(&context(workspace, name), plain.expose(), &*self.ids))
    }

    /// Opens what was sealed.
    ///
    /// # Errors
    /// [`McpError::Sealed`] when it was sealed with another key, or for another server.
    pub(crate) fn open(
        &self,
        workspace: WorkspaceId,
        name: &ServerName,
        sealed: Option<&[u8]>,
    ) -> Result<SecretTexts, McpError> {
        let Some(sealed) = sealed else { return Ok(SecretTexts::new()) };
        let unopened = || McpError::Sealed(name.clone());
        let plain = self.keyring.open(&context(workspace, name), sealed).map_err(|_| unopened())?;
        let texts: BTreeMap<String, String> = serde_json::from_slice(plain.expose()).map_err(|_| unopened())?;
        Ok(texts.into_iter().map(|(name, text)| (name, Secret::new(text))).collect())
    }
}

fn context(workspace: WorkspaceId, name: &ServerName) -> String {
    format!("mcp_servers.secrets:{workspace}:{name}")
}
