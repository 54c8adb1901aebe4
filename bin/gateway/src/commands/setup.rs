//! `mainstay setup`: the owner, their workspace, and a key that may do everything.

use crate::cli::SetupArgs;
use crate::compose::Services;
use crate::config::Settings;
use anyhow::{Context as _, bail};
use mainstay_auth::{AuthError, AuthService as _, Client, Entrance, SessionService as _};
use mainstay_kernel::{Details, Fault as _, Plans, Principal, Role, Scope, Scopes, Secret, SessionId, UserId, Via};
use mainstay_keys::{KeyService as _, NewKey};
use mainstay_tenancy::{Memberships as _, Workspace};
use serde_json::json;
use std::process::ExitCode;
use std::sync::Arc;
use uuid::Uuid;

pub(crate) async fn run(settings: &Settings, arguments: &SetupArgs) -> anyhow::Result<ExitCode> {
    let password = arguments.password().context("the password cannot be read")?;
    let services = Services::compose(settings).await?;
    let made = install(&services, &arguments.email, &password, &arguments.workspace).await;
    services.database.close().await;
    let made = made?;
    if arguments.json {
        println!("{}", made.to_json());
    } else {
        println!("The owner is {}, the workspace {}.", arguments.email, made.workspace.slug);
        println!("API key, shown this once: {}", made.api_key.expose());
    }
    Ok(ExitCode::SUCCESS)
}

/// A fresh installation.
pub(crate) struct Installation {
    pub(crate) owner: UserId,
    pub(crate) workspace: Workspace,
    pub(crate) api_key: Secret<String>,
}

impl Installation {
    fn to_json(&self) -> serde_json::Value {
        json!({
            "user_id": self.owner.to_string(),
            "workspace_id": self.workspace.id.0,
            "workspace_slug": self.workspace.slug,
            "api_key": self.api_key.expose(),
        })
    }
}

/// Makes the owner, the workspace and the key. One that was cut off half-way is carried on by the
/// same owner with the same password.
pub(crate) async fn install(
    services: &Services,
    email: &str,
    password: &Secret<String>,
    name: &str,
) -> anyhow::Result<Installation> {
    let owner = match services.auth.install_owner(email, password).await {
        Ok(person) => person.id,
        Err(AuthError::AlreadyInstalled) => owner_without_workspace(services, email, password).await?,
        Err(error) => bail!("{error}{}", named_fields(&error)),
    };
    let workspace = services.tenancy.install(owner, name).await?;
    let plan = services.plans.get_or_free(Plans::ENTERPRISE);
    let principal = Principal {
        user: owner,
        workspace: Some(workspace.id),
        role: Some(Role::Owner),
        granted: Arc::new(Scopes::of(&["*"])),
        tier: Arc::clone(&plan),
        plan,
        via: Via::Session(SessionId(Uuid::nil())),
    };
    let everything: Scope = "*".parse()?;
    let new = NewKey { name: "Setup".to_owned(), scopes: Some(vec![everything]), ..NewKey::default() };
    let issued = services.keys.issue(&principal, new).await?;
    Ok(Installation { owner, workspace, api_key: issued.secret })
}

async fn owner_without_workspace(
    services: &Services,
    email: &str,
    password: &Secret<String>,
) -> anyhow::Result<UserId> {
    const SET_UP: &str = "this installation is set up already";
    let entrance = services.auth.log_in(email, password, &Client::default()).await;
    let Ok(Entrance::Open(login)) = entrance else { bail!(SET_UP) };
    match services.tenancy.default_of(login.person).await? {
        Some(_) => bail!(SET_UP),
        None => Ok(login.person),
    }
}

/// The sentences on single fields, each with a space before it.
fn named_fields(error: &AuthError) -> String {
    let Details::Fields(fields) = error.details() else { return String::new() };
    fields.iter().flat_map(|wrong| [" ", wrong.message.as_str()]).collect()
}
