//! What is to change of a site, or to be done with it.

use super::asked_action;
use super::request::{HealthCheckRequest, ResourcesRequest};
use crate::hosting::confirm::Confirm;
use crate::platform::never_null::never_null;
use mainstay_edge::{Failure, Rejection};
use mainstay_hosting::DeploymentId;
use mainstay_hosting::sites::{Action, SiteChange, Wish};
use mainstay_kernel::{FieldError, Patch, Secret};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use validator::Validate;

/// What is to change of a site, or to be done with it.
#[derive(Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
#[schemars(example = "action_example")]
pub(super) struct UpdateSiteRequest {
    /// What to do: `start`, `stop`, `restart`, `deploy`, `rollback` or `delete`. It goes with no settings.
    action: Option<String>,
    /// With `delete`: the site's name.
    confirm: Option<Value>,
    /// With `rollback`: the deployment to go back to; what was live before if absent.
    deployment_id: Option<String>,
    /// What people call it; its host stays.
    #[serde(default)]
    #[schemars(with = "String")]
    name: Patch<String>,
    /// The address of its repository.
    #[serde(default)]
    #[schemars(with = "String")]
    repository: Patch<String>,
    /// What opens a repository that is not public: a token of its git server, or `user:token`; null forgets it, and so does
    /// another server's repository.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    repository_token: Patch<String>,
    /// The name of its image, if it comes as one.
    #[serde(default)]
    #[schemars(with = "String")]
    image: Patch<String>,
    /// A branch or tag; with `deploy`, for that deployment alone.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    branch: Patch<String>,
    /// A commit to keep to; with `deploy`, for that deployment alone.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    commit: Patch<String>,
    /// Where it listens.
    #[serde(default)]
    #[schemars(with = "u16")]
    port: Patch<u16>,
    /// What fetches what it needs.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    install_command: Patch<String>,
    /// What builds it.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    build_command: Patch<String>,
    /// What runs it.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    start_command: Patch<String>,
    /// Where in the repository it is.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    root_directory: Patch<String>,
    /// Where its files are.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    output_directory: Patch<String>,
    /// What a push must touch to be deployed.
    #[serde(default)]
    #[schemars(with = "Option<Vec<String>>")]
    watch_paths: Patch<Vec<String>>,
    /// How it is found out whether it is well; as usual if null.
    #[serde(default)]
    #[schemars(with = "Option<HealthCheckRequest>")]
    health_check: Patch<HealthCheckRequest>,
    /// What it may use; as usual if null.
    #[serde(default)]
    #[schemars(with = "Option<ResourcesRequest>")]
    resources: Patch<ResourcesRequest>,
    /// Hosts that its program reaches; none if null.
    #[serde(default)]
    #[schemars(with = "Option<Vec<String>>")]
    egress_hosts: Patch<Vec<String>>,
    /// Whether a push deploys it.
    #[serde(default)]
    #[schemars(with = "bool")]
    auto_deploy: Patch<bool>,
    /// After how many minutes without a visitor its program is ended, until the next one comes; never if null.
    #[serde(default)]
    #[schemars(with = "Option<u16>")]
    sleep_after_minutes: Patch<u16>,
}

fn action_example() -> Value {
    json!({ "action": "restart" })
}

/// What a request wants.
pub(super) enum Wanted {
    Change(Box<SiteChange>),
    Act(Action),
    Delete(Confirm),
}

impl UpdateSiteRequest {
    /// # Errors
    /// Naming each field that is wrong or goes not with the rest.
    pub(super) fn wanted(mut self) -> Result<Wanted, Failure> {
        let Some(action) = self.action.take() else { return Ok(Wanted::Change(Box::new(self.change()?))) };
        let wanted = match action.as_str() {
            "start" => Wanted::Act(Action::Start),
            "stop" => Wanted::Act(Action::Stop),
            "restart" => Wanted::Act(Action::Restart),
            "deploy" => Wanted::Act(Action::Deploy(self.take_wish())),
            "rollback" => Wanted::Act(Action::RollBack(self.deployment_id.take().map(DeploymentId))),
            "delete" => Wanted::Delete(Confirm(self.confirm.take())),
            _ => {
                let text = format!("action must be one of {}.", asked_action::ALL.join(", "));
                return Err(Rejection::field("action", "in", text).into());
            }
        };
        self.must_be_empty(&action)?;
        Ok(wanted)
    }

    fn take_wish(&mut self) -> Wish {
        let take = |patch: &mut Patch<String>| match std::mem::take(patch) {
            Patch::Set(value) => Some(value),
            Patch::Keep | Patch::Clear => None,
        };
        Wish { branch: take(&mut self.branch), commit: take(&mut self.commit) }
    }

    /// An action goes with no settings, or it were unclear which of the two comes first.
    fn must_be_empty(&self, action: &str) -> Result<(), Failure> {
        let given = [
            ("confirm", self.confirm.is_some()),
            ("deploymentId", self.deployment_id.is_some()),
            ("name", self.name != Patch::Keep),
            ("repository", self.repository != Patch::Keep),
            ("repositoryToken", self.repository_token != Patch::Keep),
            ("image", self.image != Patch::Keep),
            ("branch", self.branch != Patch::Keep),
            ("commit", self.commit != Patch::Keep),
            ("port", self.port != Patch::Keep),
            ("installCommand", self.install_command != Patch::Keep),
            ("buildCommand", self.build_command != Patch::Keep),
            ("startCommand", self.start_command != Patch::Keep),
            ("rootDirectory", self.root_directory != Patch::Keep),
            ("outputDirectory", self.output_directory != Patch::Keep),
            ("watchPaths", self.watch_paths != Patch::Keep),
            ("healthCheck", !matches!(self.health_check, Patch::Keep)),
            ("resources", !matches!(self.resources, Patch::Keep)),
            ("egressHosts", self.egress_hosts != Patch::Keep),
            ("autoDeploy", self.auto_deploy != Patch::Keep),
            ("sleepAfterMinutes", self.sleep_after_minutes != Patch::Keep),
        ];
        let wrong = given.iter().filter(|(_, is_given)| *is_given).map(|(field, _)| {
            FieldError::new(*field, "prohibited", format!("{field} does not go with the action {action}."))
        });
        let wrong: Vec<_> = wrong.collect();
        if wrong.is_empty() { Ok(()) } else { Err(Rejection::Invalid(wrong).into()) }
    }

    fn change(self) -> Result<SiteChange, Failure> {
        let mut wrong = Vec::new();
        for (field, is_given) in [("confirm", self.confirm.is_some()), ("deploymentId", self.deployment_id.is_some())] {
            if is_given {
                wrong.push(FieldError::new(field, "prohibited", format!("{field} goes with an action.")));
            }
        }
        let change = SiteChange {
            name: never_null("name", self.name, &mut wrong),
            repository: never_null("repository", self.repository, &mut wrong),
            image: never_null("image", self.image, &mut wrong),
            port: never_null("port", self.port, &mut wrong),
            auto_deploy: never_null("autoDeploy", self.auto_deploy, &mut wrong),
            branch: self.branch,
            commit: self.commit,
            install_command: self.install_command,
            build_command: self.build_command,
            start_command: self.start_command,
            root_directory: self.root_directory,
            output_directory: self.output_directory,
            watch_paths: self.watch_paths,
            health_check: self.health_check.map(Into::into),
            resources: self.resources.map(Into::into),
            sleep_after: self.sleep_after_minutes,
            repository_token: self.repository_token.map(Secret::new),
            egress_hosts: self.egress_hosts,
        };
        if wrong.is_empty() { Ok(change) } else { Err(Rejection::Invalid(wrong).into()) }
    }
}

/// To what to go back.
#[derive(Deserialize, JsonSchema, Validate, Default)]
#[serde(rename_all = "camelCase")]
pub(super) struct RollBackRequest {
    /// The deployment to go back to; what was live before if absent.
    deployment_id: Option<String>,
}

impl RollBackRequest {
    pub(super) fn action(self) -> Action {
        Action::RollBack(self.deployment_id.map(DeploymentId))
    }
}
