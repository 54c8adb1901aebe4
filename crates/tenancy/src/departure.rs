//! What becomes of workspaces and projects when one of their people leaves the installation for good.
//!
//! What others share needs somebody to run it, so that its last owner hands it over first. What is theirs alone goes with
//! them. A project in it that belongs to somebody else moves to where that person's own things are.

use crate::events;
use crate::known::{MEMBERSHIPS, WORKSPACES, seat_from, seat_subject};
use crate::model::Workspace;
use crate::projects::Project;
use crate::projects::recorder::ProjectRecorder;
use crate::store::{DieselTenancyStore, Seat};
use crate::tenancy::{Recorder, Tenancy};
use async_trait::async_trait;
use mainstay_kernel::{Tie, WorkspaceId};
use mainstay_store::departure::{Announced, Depart, Departing, Departs};
use mainstay_store::{StoreResult, each_backend};
use serde_json::json;
use std::sync::Arc;

fn workspace_tie(workspace: Workspace) -> Tie {
    Tie { kind: "workspace", slug: workspace.slug, name: workspace.name }
}

fn project_tie(project: Project) -> Tie {
    Tie { kind: "project", slug: project.slug, name: project.name }
}

#[each_backend]
#[async_trait]
impl Depart<Conn> for Tenancy {
    async fn ties(&self, conn: &mut Conn, who: Departing) -> StoreResult<Vec<Tie>> {
        type Store = DieselTenancyStore<Db>;
        let mut ties = Vec::new();
        for workspace in Store::hold_workspaces_of(conn, who.person).await? {
            let others = Store::others_in(conn, workspace.id, who.person).await?;
            if others.any && !others.owner {
                ties.push(workspace_tie(workspace));
            } else if !others.any {
                for project in Store::projects_of_others(conn, workspace.id, who.person).await? {
                    if Store::home_of(conn, project.owner).await?.is_none() {
                        ties.push(project_tie(project));
                    }
                }
            }
        }
        for project in Store::hold_projects_of(conn, who.person).await? {
            if Store::has_others(conn, project.id, who.person).await? {
                ties.push(project_tie(project));
            }
        }
        Ok(ties)
    }

    async fn depart(&self, conn: &mut Conn, who: Departing) -> StoreResult<Vec<Announced>> {
        type Store = DieselTenancyStore<Db>;
        let of_projects = ProjectRecorder::at(who.at, &self.ids, who.person);
        for project in Store::hold_projects_of(conn, who.person).await? {
            let event = of_projects.project(events::PROJECT_DELETED, &project);
            Store::end_project(conn, project.id, &event).await?;
        }
        for project in Store::projects_joined(conn, who.person).await? {
            let event = of_projects.member(events::PROJECT_MEMBER_LEFT, &project, who.person, json!({}));
            Store::end_project_seat(conn, project.id, who.person, &event).await?;
        }
        let recorder = Recorder { ids: Arc::clone(&self.ids), at: who.at };
        let mut announced = Vec::new();
        for workspace in Store::hold_workspaces_of(conn, who.person).await? {
            let id = workspace.id;
            if Store::others_in(conn, id, who.person).await?.any {
                let event = recorder.member_removed(Seat { workspace: id, actor: who.person, member: who.person });
                Store::end_seat(conn, id, who.person, (&event, who.at)).await?;
                announced.push(Announced { topic: MEMBERSHIPS, subject: seat_subject(who.person, id) });
                continue;
            }
            for project in Store::projects_of_others(conn, id, who.person).await? {
                let Some(home) = Store::home_of(conn, project.owner).await? else { continue };
                let moved = Project { workspace: home, updated_at: who.at, ..project.clone() };
                Store::move_project(conn, &moved, &of_projects.updated(&project, &moved)).await?;
            }
            Store::end_workspace(conn, id, &recorder.deleted(&workspace, who.person)).await?;
            announced.push(Announced { topic: WORKSPACES, subject: id.to_string() });
        }
        Ok(announced)
    }
}

impl Departs for Tenancy {
    fn forget(&self, announced: &Announced) {
        match announced.topic {
            WORKSPACES => {
                if let Ok(id) = announced.subject.parse() {
                    self.known.forget_workspace(WorkspaceId(id));
                }
            }
            MEMBERSHIPS => {
                if let Some((user, workspace)) = seat_from(&announced.subject) {
                    self.known.forget_seat(user, workspace);
                }
            }
            _ => {}
        }
    }
}
