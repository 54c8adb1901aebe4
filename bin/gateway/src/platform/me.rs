//! `GET /api/v1/me`: the quickest way to see what a credential is worth.

use actix_web::web;
use mainstay_auth::{AuthService, Person};
use mainstay_edge::{Behind, Data, Doc, Failure, IsoSeconds, Known, Platform, Surface};
use mainstay_kernel::{Principal, Scope};
use mainstay_keys::ApiKey;
use mainstay_tenancy::{Memberships, Workspace};
use schemars::JsonSchema;
use schemars::r#gen::SchemaGenerator;
use schemars::schema::Schema;
use serde::{Serialize, Serializer};
use std::sync::Arc;
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
struct MeResponse<'a> {
    /// The name of the workspace; null for a person who belongs to none.
    org_name: Option<&'a str>,
    /// The workspace that the request is about.
    workspace: Option<MyWorkspace<'a>>,
    /// The person: of a key, the one who made it.
    user: Option<MyPerson<'a>>,
    /// The person's role in the workspace.
    role: Option<&'static str>,
    /// The workspace's plan.
    plan: &'a str,
    /// Of a key its own scopes, of a person those of the role. A key never does more than its creator's role
    /// gives today, whatever stands here.
    scopes: Vec<&'a str>,
    /// The API key, if it is one.
    key: Option<MyKey<'a>>,
}

/// A workspace, in short.
#[derive(Serialize, JsonSchema)]
struct MyWorkspace<'a> {
    /// Its id.
    id: i64,
    /// Its name.
    name: &'a str,
    /// Its name in URLs.
    slug: &'a str,
    /// Its plan.
    tier: &'a str,
}

/// A person, in short.
#[derive(Serialize, JsonSchema)]
struct MyPerson<'a> {
    /// Their id.
    id: Uuid,
    /// Their verified address.
    email: &'a str,
    /// Their name.
    name: &'a str,
}

/// A key, in short.
#[derive(Serialize, JsonSchema)]
struct MyKey<'a> {
    /// Its id.
    id: i64,
    /// Its name.
    name: &'a str,
    /// How it begins.
    prefix: &'a str,
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
) -> Result<Data<Me>, Failure> {
    let workspace = match caller.workspace {
        Some(id) => memberships.workspace(id).await?,
        None => None,
    };
    let person = people.person(caller.user).await?;
    Ok(Data { data: Me { caller, workspace, person, key } })
}

/// What is remembered of the caller, written as a [`MeResponse`] without a copy of it.
struct Me {
    caller: Arc<Principal>,
    workspace: Option<Arc<Workspace>>,
    person: Option<Arc<Person>>,
    key: Option<Arc<ApiKey>>,
}

impl Serialize for Me {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        MeResponse::from(self).serialize(serializer)
    }
}

impl JsonSchema for Me {
    fn schema_name() -> String {
        MeResponse::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        MeResponse::json_schema(generator)
    }
}

impl<'a> From<&'a Me> for MeResponse<'a> {
    fn from(Me { caller, workspace, person, key }: &'a Me) -> Self {
        let workspace = workspace.as_deref();
        Self {
            org_name: workspace.map(|workspace| workspace.name.as_str()),
            workspace: workspace.map(MyWorkspace::from),
            user: person.as_deref().map(MyPerson::from),
            role: caller.role.map(mainstay_kernel::Role::name),
            plan: &caller.plan.name,
            scopes: caller.scopes().iter().map(Scope::as_str).collect(),
            key: key.as_deref().map(MyKey::from),
        }
    }
}

impl<'a> From<&'a Workspace> for MyWorkspace<'a> {
    fn from(Workspace { id, name, slug, tier, .. }: &'a Workspace) -> Self {
        Self { id: id.0, name, slug, tier }
    }
}

impl<'a> From<&'a Person> for MyPerson<'a> {
    fn from(Person { id, email, display_name, .. }: &'a Person) -> Self {
        Self { id: id.0, email, name: display_name }
    }
}

impl<'a> From<&'a ApiKey> for MyKey<'a> {
    fn from(key: &'a ApiKey) -> Self {
        Self {
            id: key.id.0,
            name: &key.name,
            prefix: &key.prefix,
            environment: key.environment.name(),
            expires_at: key.expires_at.map(IsoSeconds),
        }
    }
}
