//! The rules of variables.

use super::model::{Scope, Variable, VariableChange};
use super::service::VariableService;
use super::vault::{MOST, Vault, check_all};
use super::{Rewrite, Rewritten, SealedVariable, VariableStore};
use crate::error::HostingError;
use crate::ids::SiteId;
use crate::sites::Actor;
use crate::sites::events;
use crate::store::Claimed;
use async_trait::async_trait;
use mainstay_kernel::{Clock, Event, Ids, Secret, WorkspaceId};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The variables of an installation.
pub struct Variables {
    pub(crate) store: Arc<dyn VariableStore>,
    pub(crate) vault: Vault,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
}

impl Variables {
    async fn sealed(&self, workspace: WorkspaceId, site: &SiteId) -> Result<Vec<SealedVariable>, HostingError> {
        self.store.variables(workspace, site.clone()).await?.ok_or(HostingError::SiteNotFound)
    }

    /// What the build of a site is given.
    pub(crate) async fn for_build(&self, claimed: &Claimed) -> Result<BTreeMap<String, Secret<String>>, HostingError> {
        let sealed = self.sealed(claimed.workspace, &claimed.site).await?;
        let given = sealed.into_iter().filter(|own| own.scope != Scope::Runtime);
        given.map(|own| Ok((own.name.clone(), self.vault.open(&claimed.site, &own)?))).collect()
    }

    /// What the program of a site is given.
    pub(crate) async fn for_program(
        &self,
        workspace: WorkspaceId,
        site: &SiteId,
    ) -> Result<BTreeMap<String, Secret<String>>, HostingError> {
        let sealed = self.sealed(workspace, site).await?;
        let given = sealed.into_iter().filter(|own| own.scope != Scope::Build);
        given.map(|own| Ok((own.name.clone(), self.vault.open(site, &own)?))).collect()
    }

    fn event(&self, workspace: WorkspaceId, name: &str, data: Value) -> Event {
        Event::of(workspace, name, data, &*self.ids, self.clock.now())
    }
}

/// A variable, as it is shown.
fn shown(sealed: SealedVariable, value: Option<Secret<String>>) -> Variable {
    let SealedVariable { name, scope, updated_at, .. } = sealed;
    Variable { name, scope, updated_at, value }
}

#[async_trait]
impl VariableService for Variables {
    async fn variables(&self, workspace: WorkspaceId, site: &SiteId) -> Result<Vec<Variable>, HostingError> {
        let sealed = self.sealed(workspace, site).await?;
        Ok(sealed.into_iter().map(|own| shown(own, None)).collect())
    }

    async fn reveal(
        &self,
        workspace: WorkspaceId,
        site: &SiteId,
        actor: Option<Actor>,
    ) -> Result<Vec<Variable>, HostingError> {
        let sealed = self.sealed(workspace, site).await?;
        let names: Vec<_> = sealed.iter().map(|own| &own.name).collect();
        let data = json!({ "id": site.0, "names": names, "actor": actor.map(|own| own.0) });
        let event = self.event(workspace, events::VARIABLES_REVEALED, data);
        // Nobody sees a value of which nobody is told.
        if !self.store.tell(workspace, site.clone(), event).await? {
            return Err(HostingError::SiteNotFound);
        }
        let open = |own: SealedVariable| {
            let value = self.vault.open(site, &own)?;
            Ok(shown(own, Some(value)))
        };
        sealed.into_iter().map(open).collect()
    }

    async fn rewrite(
        &self,
        workspace: WorkspaceId,
        site: &SiteId,
        actor: Option<Actor>,
        change: VariableChange,
    ) -> Result<Vec<Variable>, HostingError> {
        let VariableChange { replaces_all, values, scope } = change;
        let pairs = values.iter().filter_map(|(name, value)| Some((name.as_str(), value.as_ref()?.expose().as_str())));
        let wrong = check_all("env", pairs);
        if !wrong.is_empty() {
            return Err(HostingError::Invalid(wrong));
        }
        let now = self.clock.now();
        let names: Vec<_> = values.keys().cloned().collect();
        let unset = values.iter().filter(|(_, value)| value.is_none()).map(|(name, _)| name.clone()).collect();
        let set: BTreeMap<String, Secret<String>> =
            values.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        let set = self.vault.seal(site, &set, scope.unwrap_or(Scope::All), now);
        let data =
            json!({ "id": site.0, "names": names, "replaced_all": replaces_all, "actor": actor.map(|own| own.0) });
        let event = self.event(workspace, events::VARIABLES_CHANGED, data);
        let rewrite = Rewrite { replaces_all, set, unset };
        match self.store.rewrite(workspace, site.clone(), rewrite, event).await? {
            Rewritten::Done => self.variables(workspace, site).await,
            Rewritten::NoSite => Err(HostingError::SiteNotFound),
            Rewritten::NoVariable => Err(HostingError::VariableNotFound),
            Rewritten::TooMany => {
                Err(HostingError::field("env", "max", format!("A site may have up to {MOST} variables")))
            }
        }
    }
}
