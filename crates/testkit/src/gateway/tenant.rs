//! A workspace and who belongs to it.

use super::actor::{Actor as _, KeyHolder, Person};
use super::{Gateway, people};
use mainstay_kernel::{Clock as _, SystemClock};
use serde_json::{Value, json};
use std::time::Duration;

/// A workspace with an owner of its own and a key that may do everything.
pub struct Tenant {
    /// The workspace.
    pub id: i64,
    /// Its name in URLs.
    pub slug: String,
    /// The only person in it.
    pub owner: Person,
    /// A key with the scope `*`; on a plan without API access it works nowhere.
    pub key: KeyHolder,
}

impl Tenant {
    /// The installation's owner makes the workspace, since only they choose plans, and leaves it.
    pub(super) async fn found(gateway: &Gateway, plan: &str) -> Self {
        let setup = gateway.setup_key();
        let made = setup.post("/api/v1/workspaces", &json!({ "name": "Tenant", "tier": plan })).await.is(201);
        let (id, slug) = (made.number("/data/id"), made.text("/data/slug"));
        let email = people::insert(&gateway.database.database, "owner").await;
        let members = format!("/api/v1/workspaces/{id}/members");
        let _ = setup.post(&members, &json!({ "email": email, "role": "owner" })).await.is(201);
        let _ = setup.delete(&format!("{members}/{}", setup.user)).await.is(204);
        let owner = Person::log_in(gateway.door(), &email).await;
        let key = mint(&owner, id, &json!({ "name": "Everything", "scopes": ["*"] })).await;
        Self { id, slug, owner, key }
    }

    /// The path of the workspace, and what lies below it.
    pub fn path(&self, below: &str) -> String {
        format!("/api/v1/workspaces/{}{below}", self.id)
    }

    /// A new person with this role, logged in.
    pub async fn member(&self, gateway: &Gateway, role: &str) -> Person {
        let email = people::insert(&gateway.database.database, role).await;
        let _ = self.owner.post(&self.path("/members"), &json!({ "email": email, "role": role })).await.is(201);
        Person::log_in(gateway.door(), &email).await
    }

    /// A key of the owner with these scopes.
    pub async fn key_with(&self, scopes: &[&str]) -> KeyHolder {
        self.key_of(&self.owner, scopes).await
    }

    /// A key of the owner with the scope `*`, whose end comes within two seconds.
    pub async fn dying_key(&self) -> KeyHolder {
        let end = SystemClock.now().plus(Duration::from_secs(2)).to_iso_seconds();
        mint(&self.owner, self.id, &json!({ "name": "Dying", "scopes": ["*"], "expires_at": end })).await
    }

    /// A key of this person with these scopes.
    pub async fn key_of(&self, person: &Person, scopes: &[&str]) -> KeyHolder {
        mint(person, self.id, &json!({ "name": "Narrow", "scopes": scopes })).await
    }
}

async fn mint(person: &Person, workspace: i64, terms: &Value) -> KeyHolder {
    let mint = person.post("/api/v1/api-keys", terms).header("x-workspace-id", workspace.to_string());
    let key = mint.await.is(201).text("/data/key");
    KeyHolder::new(person.door().clone(), person.id.clone(), workspace, key)
}
