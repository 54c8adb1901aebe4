//! People are told by mail of what others did to them.

use crate::compose::Services;
use crate::post::Post;
use async_trait::async_trait;
use mainstay_auth::{AuthService, Person};
use mainstay_kernel::{Event, Secret, UserId};
use mainstay_mail::{Content, Letter};
use mainstay_store::jobs::{self, Jobs};
use mainstay_store::outbox::Subscriber;
use mainstay_tenancy::events;
use std::sync::Arc;

/// Writes to whoever was added to a project without being asked, or was handed one. An event that is told twice may be
/// written of twice.
pub(super) struct Notices {
    people: Arc<dyn AuthService>,
    post: Arc<Post>,
    jobs: Arc<dyn Jobs>,
}

/// Whom to tell, who did it, and what the project is called by them and in addresses.
struct Notice<'e> {
    to: UserId,
    by: UserId,
    project: &'e str,
    slug: &'e str,
    content: fn(project: String, by: String, link: Secret<String>) -> Content,
}

impl Notices {
    pub(super) fn new(services: &Services) -> Self {
        let jobs = jobs::open(&services.database);
        Self { people: services.people(), post: Arc::clone(&services.post), jobs }
    }

    async fn person(&self, id: UserId) -> Result<Option<Arc<Person>>, String> {
        self.people.person(id).await.map_err(|cause| cause.to_string())
    }
}

fn notice(event: &Event) -> Option<Notice<'_>> {
    let text = |name: &str| event.data[name].as_str();
    let person = |name: &str| Some(UserId(text(name)?.parse().ok()?));
    match event.name.as_str() {
        events::PROJECT_MEMBER_ADDED => Some(Notice {
            to: person("user_id")?,
            by: person("by")?,
            project: text("project_name")?,
            slug: text("project_slug")?,
            content: |project, by, link| Content::AddedToProject { project, by, link },
        }),
        events::PROJECT_OWNERSHIP_TRANSFERRED => Some(Notice {
            to: person("owner_id")?,
            by: person("by")?,
            project: text("name")?,
            slug: text("slug")?,
            content: |project, from, link| Content::OwnershipReceived { project, from, link },
        }),
        _ => None,
    }
}

#[async_trait]
impl Subscriber for Notices {
    async fn told(&self, event: &Event) -> Result<(), String> {
        let Some(Notice { to, by, project, slug, content }) = notice(event) else { return Ok(()) };
        let Some(receiver) = self.person(to).await? else { return Ok(()) };
        let by = self.person(by).await?.map_or_else(|| "Somebody".to_owned(), |person| person.display_name.clone());
        let content = content(project.to_owned(), by, self.post.link_to_project(slug));
        let job = self.post.letter(&Letter { to: receiver.email.clone(), content }, event.at);
        self.jobs.add(job, event.at).await.map(drop).map_err(|cause| cause.to_string())
    }
}
