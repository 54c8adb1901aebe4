//! The services about projects and invites over a world, and a project with people in it.

use crate::world::{World, email};
use mainstay_kernel::{Fault, Kind, SystemIds, UserId, WorkspaceId};
use mainstay_store::jobs::NewJob;
use mainstay_tenancy::invites::InviteLetter;
use mainstay_tenancy::project_members::{NewProjectMember, ProjectMember};
use mainstay_tenancy::projects::{NewProject, Project};
use mainstay_tenancy::{
    InvitePost, InviteToken, Invites, MembershipId, Permissions, ProjectMemberService as _, ProjectMembers,
    ProjectService as _, Projects, invites, permissions, project_members, projects,
};
use std::sync::{Arc, Mutex};

/// Everything about projects and invites.
pub(crate) struct Services {
    pub(crate) projects: Projects,
    pub(crate) members: ProjectMembers,
    pub(crate) permissions: Permissions,
    pub(crate) invites: Invites,
    pub(crate) letters: Arc<Letters>,
}

impl Services {
    pub(crate) fn over(world: &World) -> Self {
        let clock = || Arc::new(world.clock.clone());
        let (ids, people) = (|| Arc::new(SystemIds), || Arc::clone(&world.people));
        let (database, letters) = (&world.database, Arc::new(Letters::default()));
        let (tenancy, post) = (Arc::clone(&world.tenancy), Arc::clone(&letters));
        Self {
            projects: Projects::new(projects::open(database), clock(), ids()),
            members: ProjectMembers::new(project_members::open(database), people(), clock(), ids()),
            permissions: Permissions::new(permissions::open(database), clock(), ids()),
            invites: Invites::new(invites::open(database), tenancy, people(), post),
            letters,
        }
    }

    /// Adds a person who is known already.
    pub(crate) async fn add(&self, by: UserId, slug: &str, name: &str, role: &str) -> ProjectMember {
        let new = NewProjectMember { email: email(name), role: Some(role.into()), permissions: None };
        self.members.add(by, slug, new).await.expect("added")
    }

    /// The seat of a member, as everyone in the project sees it.
    pub(crate) async fn member(&self, by: UserId, slug: &str, user: UserId) -> Option<ProjectMember> {
        let members = self.members.list(by, slug).await.expect("listed");
        members.into_iter().find(|member| member.user == user)
    }

    /// The seat's identifier.
    pub(crate) async fn seat(&self, by: UserId, slug: &str, user: UserId) -> MembershipId {
        self.member(by, slug, user).await.expect("a member").id
    }
}

/// Keeps what would be mailed.
#[derive(Default)]
pub(crate) struct Letters(Mutex<Vec<(String, InviteToken)>>);

impl Letters {
    /// The token that was last mailed to this address.
    pub(crate) fn token_for(&self, email: &str) -> InviteToken {
        let letters = self.0.lock().expect("no test panics here");
        letters.iter().rev().find(|(to, _)| to == email).expect("a letter").1.clone()
    }
}

impl InvitePost for Letters {
    fn job(&self, letter: &InviteLetter) -> NewJob {
        let mut letters = self.0.lock().expect("no test panics here");
        letters.push((letter.invite.email.clone(), letter.token.clone()));
        let payload = serde_json::json!({"place": letter.place_name, "by": letter.invited_by});
        NewJob { queue: "mail", unique_key: None, payload, run_at: letter.invite.created_at }
    }
}

/// A project with an owner, an admin and a plain member, and somebody outside.
pub(crate) struct Crew {
    pub(crate) ada: UserId,
    pub(crate) abe: UserId,
    pub(crate) mia: UserId,
    pub(crate) oz: UserId,
    pub(crate) workspace: WorkspaceId,
    pub(crate) project: Project,
}

pub(crate) async fn crew(world: &World, services: &Services, is_public: bool) -> Crew {
    let (ada, abe) = (world.person("Ada").await, world.person("Abe").await);
    let (mia, oz) = (world.person("Mia").await, world.person("Oz").await);
    let workspace = world.workspace(ada, "Acme").await.id;
    let new = NewProject { name: "Rocket".into(), description: None, is_public };
    let project = services.projects.create(ada, workspace, new).await.expect("made").project;
    services.add(ada, "rocket", "Abe", "admin").await;
    services.add(ada, "rocket", "Mia", "member").await;
    Crew { ada, abe, mia, oz, workspace, project }
}

/// The kind and code of a refusal.
pub(crate) fn refusal<T, E: Fault>(outcome: Result<T, E>) -> (Kind, &'static str) {
    let Err(error) = outcome else { panic!("it was not refused") };
    (error.kind(), error.code())
}
