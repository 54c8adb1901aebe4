//! What people do with their accounts and with each other, wired together.

use crate::config::OAuthSettings;
use crate::directory::Verified;
use crate::post::Post;
use crate::project_book;
use mainstay_auth::{
    Addresses, Auth, ClientRegistrations, Clients, Departures, PasswordChanges, Profiles, ProjectBook, Provider,
    Registration, Searches, SecondFactors,
};
use mainstay_kernel::{Clock, Ids};
use mainstay_mail::Brand;
use mainstay_store::Database;
use mainstay_store::departure::Departs;
use mainstay_tenancy::{
    Directory, Invites, Permissions, ProjectMembers, Projects, Tenancy, invites, permissions, project_members, projects,
};
use std::sync::Arc;

/// The front doors of one's own account.
pub(crate) struct Account {
    pub(crate) registration: Arc<Registration>,
    pub(crate) passwords: Arc<PasswordChanges>,
    pub(crate) addresses: Arc<Addresses>,
    pub(crate) profiles: Arc<Profiles>,
    pub(crate) searches: Arc<Searches>,
    pub(crate) second_factor: Arc<SecondFactors>,
    pub(crate) departures: Arc<Departures>,
}

impl Account {
    pub(super) fn new(auth: &Arc<Auth>, brand: &Brand, others: Vec<Arc<dyn Departs>>) -> Self {
        let auth = || Arc::clone(auth);
        Self {
            registration: Arc::new(Registration::new(auth())),
            passwords: Arc::new(PasswordChanges::new(auth())),
            addresses: Arc::new(Addresses::new(auth())),
            profiles: Arc::new(Profiles::new(auth())),
            searches: Arc::new(Searches::new(auth())),
            second_factor: Arc::new(SecondFactors::new(auth(), brand.name().to_owned())),
            departures: Arc::new(Departures::new(auth(), others)),
        }
    }
}

/// The front doors of what people share.
pub(crate) struct Sharing {
    pub(crate) projects: Arc<Projects>,
    pub(crate) members: Arc<ProjectMembers>,
    pub(crate) permissions: Arc<Permissions>,
    pub(crate) invites: Arc<Invites>,
}

/// What sharing stands on.
pub(super) struct Ground<'a> {
    pub(super) database: &'a Database,
    pub(super) tenancy: &'a Arc<Tenancy>,
    pub(super) directory: Arc<dyn Directory>,
    pub(super) clock: &'a Arc<dyn Clock>,
    pub(super) ids: &'a Arc<dyn Ids>,
}

impl Sharing {
    pub(super) fn new(ground: Ground<'_>, account: &Account, post: &Arc<Post>) -> Self {
        let Ground { database, tenancy, directory, clock, ids } = ground;
        let time_and_chance = || (Arc::clone(clock), Arc::clone(ids));
        let (now, chance) = time_and_chance();
        let projects = Projects::new(projects::open(database), now, chance);
        let (now, chance) = time_and_chance();
        let members = ProjectMembers::new(project_members::open(database), directory, now, chance);
        let (now, chance) = time_and_chance();
        let permissions = Permissions::new(permissions::open(database), now, chance);
        let verified = Arc::new(Verified(Arc::clone(&account.addresses) as _));
        let post = Arc::clone(post) as Arc<dyn mainstay_tenancy::InvitePost>;
        let invites = Invites::new(invites::open(database), Arc::clone(tenancy), verified, post);
        Self {
            projects: Arc::new(projects),
            members: Arc::new(members),
            permissions: Arc::new(permissions),
            invites: Arc::new(invites),
        }
    }
}

/// The front doors of letting other applications know who logs in.
pub(crate) struct Letting {
    pub(crate) clients: Arc<Clients>,
    pub(crate) provider: Arc<Provider>,
    pub(crate) registrations: Arc<ClientRegistrations>,
}

impl Letting {
    pub(super) fn new(auth: &Arc<Auth>, sharing: &Sharing, tenancy: &Arc<Tenancy>, allowed: OAuthSettings) -> Self {
        let (projects, workspaces) = (Arc::clone(&sharing.projects) as _, Arc::clone(tenancy) as _);
        let projects: Arc<dyn ProjectBook> = Arc::new(project_book::Projects { projects, workspaces });
        Self {
            clients: Arc::new(Clients::new(Arc::clone(auth))),
            provider: Arc::new(Provider::new(Arc::clone(auth), projects).taking_documents(allowed.client_documents)),
            registrations: Arc::new(ClientRegistrations::new(Arc::clone(auth), allowed.registration)),
        }
    }
}
