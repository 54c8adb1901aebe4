//! Sites that are to be.

use super::cause::Reason;
use super::doing::Doing;
use super::events;
use super::model::{NewSite, Site};
use super::rules::Sites;
use super::settings::{HealthCheck, Resources, Settings};
use super::state::State;
use super::status::{DesiredState, SiteStatus};
use crate::deployments::{Trigger, events as deployment_events, fresh};
use crate::folder::Folder;
use crate::ids::SiteId;
use crate::store::Born;
use crate::variables::Scope;
use mainstay_kernel::WorkspaceId;

/// Where a site listens unless it says otherwise.
const PORT: u16 = 3000;

impl Sites {
    /// A site that is to be, and its first deployment.
    pub(super) fn born(&self, workspace: WorkspaceId, new: NewSite, label: String, doing: &Doing) -> Born {
        let NewSite { name, kind, repository, auto_deploy, change, variables } = new;
        let mut settings = Settings {
            kind: kind.name().to_owned(),
            repository: repository.trim().to_owned(),
            image: None,
            branch: None,
            commit: None,
            port: PORT,
            install_command: None,
            build_command: None,
            start_command: None,
            root_directory: Folder::default(),
            output_directory: None,
            watch_paths: Vec::new(),
            health_check: HealthCheck::default(),
            resources: Resources::default(),
            egress_hosts: Vec::new(),
        };
        let (id, sleep_after) = (SiteId::draw(&*self.ids), change.sleep_after.value().copied());
        let repository_token = change.repository_token.value().map(|token| self.vault.seal_token(&id, token));
        settings.apply(change);
        let site = Site {
            id,
            workspace,
            name,
            label,
            settings,
            auto_deploy,
            desired: DesiredState::Running,
            status: SiteStatus::Deploying,
            stop_reason: None,
            current: None,
            is_stale: false,
            condition: None,
            generation: 1,
            restart_count: 0,
            last_exit: None,
            sleep_after,
            repository_token,
            version: 1,
            deleted_at: None,
            purge_at: None,
            created_at: doing.now,
            updated_at: doing.now,
            latest: None,
            domain: None,
        };
        let variables = self.vault.seal(&site.id, &variables, Scope::All, doing.now);
        let deployment = fresh(&site, Trigger::Create, doing.actor.clone(), &*self.ids, doing.now);
        let mut state = State { site, deployments: Vec::new(), cause: Some(doing.cause(Reason::Create)) };
        state.queue(deployment.clone());
        let asked = deployment_events::of(&state.site, &deployment, deployment_events::CREATED, &*self.ids, doing.now);
        let events = vec![doing.told(&state.site, events::CREATED), asked];
        Born { state, variables, events, most: None }
    }
}
