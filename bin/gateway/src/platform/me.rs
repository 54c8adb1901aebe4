//! `GET /api/v1/me`: the quickest way to see what a credential is worth.

use actix_web::web;
use mainstay_auth::{AuthService, Person};
use mainstay_edge::{Behind, Data, Doc, Failure, IsoSeconds, Known, Platform, Surface};
use mainstay_kernel::Principal;
use mainstay_keys::ApiKey;
use mainstay_tenancy::{Memberships, Workspace};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    let doc = Doc {
        id: "getMe",
        tag: "Caller",
        summary: "Who is asking",
        text: "The workspace, the person, and what the credential may do. Any valid credential will do.",
        fails: &[],
    };
    surface.get("/me", me, doc);
}

/// Who is asking.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct MeResponse {
    /// The name of the workspace; null for a person who belongs to none.
    org_name: Option<String>,
    /// The workspace that the request is about.
    workspace: Option<MyWorkspace>,
    /// The person: of a key, the one who made it.
    user: Option<MyPerson>,
    /// The person's role in the workspace.
    role: Option<&'static str>,
    /// The workspace's plan.
    plan: String,
    /// Of a key its own scopes, of a person those of the role. A key never does more than its creator's role
    /// gives today, whatever stands here.
    scopes: Vec<String>,
    /// The API key, if it is one.
    key: Option<MyKey>,
}

/// A workspace, in short.
#[derive(Serialize, JsonSchema)]
struct MyWorkspace {
    /// Its id.
    id: i64,
    /// Its name.
    name: String,
    /// Its name in URLs.
    slug: String,
    /// Its plan.
    tier: String,
}

/// A person, in short.
#[derive(Serialize, JsonSchema)]
struct MyPerson {
    /// Their id.
    id: Uuid,
    /// Their verified address.
    email: String,
    /// Their name.
    name: String,
}

/// A key, in short.
#[derive(Serialize, JsonSchema)]
struct MyKey {
    /// Its id.
    id: i64,
    /// Its name.
    name: String,
    /// How it begins.
    prefix: String,
    /// `live` or `test`.
    environment: &'static str,
    /// When it ends, if ever.
    expires_at: Option<IsoSeconds>,
}

async fn me(
    Known(caller): Known,
    Behind(key): Behind<ApiKey>,
    memberships: web::Data<dyn Memberships>,
    people: web::Data<dyn AuthService>,
) -> Result<Data<MeResponse>, Failure> {
    let workspace = match caller.workspace {
        Some(id) => memberships.workspace(id).await?,
        None => None,
    };
    let person = people.person(caller.user).await?;
    Ok(Data { data: MeResponse::new(&caller, workspace.as_deref(), person.as_deref(), key.as_deref()) })
}

impl MeResponse {
    fn new(caller: &Principal, workspace: Option<&Workspace>, person: Option<&Person>, key: Option<&ApiKey>) -> Self {
        Self {
            org_name: workspace.map(|workspace| workspace.name.clone()),
            workspace: workspace.map(MyWorkspace::from),
            user: person.map(MyPerson::from),
            role: caller.role.map(mainstay_kernel::Role::name),
            plan: caller.plan.name.clone(),
            scopes: caller.scopes().to_texts(),
            key: key.map(MyKey::from),
        }
    }
}

impl From<&Workspace> for MyWorkspace {
    fn from(workspace: &Workspace) -> Self {
        let Workspace { id, name, slug, tier, .. } = workspace;
        Self { id: id.0, name: name.clone(), slug: slug.clone(), tier: tier.clone() }
    }
}

impl From<&Person> for MyPerson {
    fn from(person: &Person) -> Self {
        Self { id: person.id.0, email: person.email.clone(), name: person.display_name.clone() }
    }
}

impl From<&ApiKey> for MyKey {
    fn from(key: &ApiKey) -> Self {
        Self {
            id: key.id.0,
            name: key.name.clone(),
            prefix: key.prefix.clone(),
            environment: key.environment.name(),
            expires_at: key.expires_at.map(IsoSeconds),
        }
    }
}
