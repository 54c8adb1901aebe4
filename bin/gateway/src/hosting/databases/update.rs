//! What is to change of a database, or to be done with it.

use super::schedule::ScheduleBody;
use crate::hosting::confirm::Confirm;
use crate::platform::never_null::never_null;
use mainstay_edge::{Failure, Rejection};
use mainstay_hosting::databases::{DatabaseAction, DatabaseChange};
use mainstay_hosting::{BackupId, SiteId};
use mainstay_kernel::{FieldError, Patch};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use validator::Validate;

/// What is to change of a database, or to be done with it.
#[derive(Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(example = "action_example")]
pub(super) struct UpdateDatabaseRequest {
    /// What to do: `start`, `stop`, `restart`, `backup`, `restore`, `rotateCredentials` or `delete`. It goes with no fields.
    action: Option<String>,
    /// With `restore` and `delete`: the database's name.
    confirm: Option<Value>,
    /// With `restore`: the backup that is put in the database's place.
    backup_id: Option<String>,
    /// What people call it.
    #[serde(default)]
    #[schemars(with = "String")]
    name: Patch<String>,
    /// How many connections it takes at a time: 1 to 500.
    #[serde(default)]
    #[schemars(with = "u32")]
    max_connections: Patch<u32>,
    /// All sites whose programs are given it.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    attached_sites: Patch<Vec<String>>,
    /// Extensions that it is given beside those it has, such as `pgcrypto`. It goes with no other field.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    extensions: Patch<Vec<String>>,
    /// When backups are made by themselves; null for never.
    #[serde(default)]
    #[schemars(with = "Option<ScheduleBody>")]
    backup_schedule: Patch<ScheduleBody>,
    /// How large it may be, in MiB.
    #[serde(default)]
    #[schemars(with = "u32")]
    max_size_mb: Patch<u32>,
}

fn action_example() -> Value {
    json!({ "action": "restart" })
}

/// What a request wants.
pub(super) enum Wanted {
    Change(DatabaseChange),
    Act(DatabaseAction, Confirm),
    Delete(Confirm),
}

/// Every action, as requests name it.
const ALL: [&str; 7] = ["start", "stop", "restart", "backup", "restore", "rotateCredentials", "delete"];

/// The name of an action.
pub(super) const fn name_of(action: &DatabaseAction) -> &'static str {
    match action {
        DatabaseAction::Start => "start",
        DatabaseAction::Stop => "stop",
        DatabaseAction::Restart => "restart",
        DatabaseAction::BackUp => "backup",
        DatabaseAction::Restore(_) => "restore",
        DatabaseAction::RotateCredentials => "rotateCredentials",
    }
}

impl UpdateDatabaseRequest {
    /// # Errors
    /// Naming each field that is wrong or goes not with the rest.
    pub(super) fn wanted(mut self) -> Result<Wanted, Failure> {
        let Some(action) = self.action.take() else { return Ok(Wanted::Change(self.change()?)) };
        let plain = |action| Ok(Wanted::Act(action, Confirm(None)));
        let wanted = match action.as_str() {
            "start" => plain(DatabaseAction::Start),
            "stop" => plain(DatabaseAction::Stop),
            "restart" => plain(DatabaseAction::Restart),
            "backup" => plain(DatabaseAction::BackUp),
            "rotateCredentials" => plain(DatabaseAction::RotateCredentials),
            "restore" => self.restore(),
            "delete" => Ok(Wanted::Delete(Confirm(self.confirm.take()))),
            _ => {
                let text = format!("action must be one of {}.", ALL.join(", "));
                return Err(Rejection::field("action", "in", text).into());
            }
        };
        self.must_be_empty(&action)?;
        wanted
    }

    fn restore(&mut self) -> Result<Wanted, Failure> {
        let confirm = Confirm(self.confirm.take());
        let Some(backup) = self.backup_id.take() else {
            return Err(Rejection::field("backupId", "required", "backupId must say which backup.").into());
        };
        Ok(Wanted::Act(DatabaseAction::Restore(BackupId(backup)), confirm))
    }

    /// An action goes with no fields, or it were unclear which of the two comes first.
    fn must_be_empty(&self, action: &str) -> Result<(), Failure> {
        let given = [
            ("confirm", self.confirm.is_some()),
            ("backupId", self.backup_id.is_some()),
            ("name", self.name != Patch::Keep),
            ("maxConnections", self.max_connections != Patch::Keep),
            ("attachedSites", self.attached_sites != Patch::Keep),
            ("extensions", self.extensions != Patch::Keep),
            ("backupSchedule", self.backup_schedule != Patch::Keep),
            ("maxSizeMb", self.max_size_mb != Patch::Keep),
        ];
        let wrong = given.iter().filter(|(_, is_given)| *is_given).map(|(field, _)| {
            FieldError::new(*field, "prohibited", format!("{field} does not go with the action {action}."))
        });
        let wrong: Vec<_> = wrong.collect();
        if wrong.is_empty() { Ok(()) } else { Err(Rejection::Invalid(wrong).into()) }
    }

    fn change(self) -> Result<DatabaseChange, Failure> {
        let mut wrong = Vec::new();
        for (field, is_given) in [("confirm", self.confirm.is_some()), ("backupId", self.backup_id.is_some())] {
            if is_given {
                wrong.push(FieldError::new(field, "prohibited", format!("{field} goes with an action.")));
            }
        }
        let fields = [
            ("name", self.name != Patch::Keep),
            ("maxConnections", self.max_connections != Patch::Keep),
            ("attachedSites", self.attached_sites != Patch::Keep),
            ("backupSchedule", self.backup_schedule != Patch::Keep),
            ("maxSizeMb", self.max_size_mb != Patch::Keep),
        ];
        if self.extensions != Patch::Keep {
            // The server makes them, or refuses; nothing else is to be half done then.
            for (field, _) in fields.iter().filter(|(_, is_given)| *is_given) {
                wrong.push(FieldError::new(*field, "prohibited", format!("{field} does not go with extensions.")));
            }
        }
        let sites = never_null("attachedSites", self.attached_sites, &mut wrong);
        let change = DatabaseChange {
            name: never_null("name", self.name, &mut wrong),
            max_connections: never_null("maxConnections", self.max_connections, &mut wrong),
            sites: sites.map(|ids| ids.into_iter().map(SiteId).collect()),
            schedule: self.backup_schedule.map(Into::into),
            max_size_mb: never_null("maxSizeMb", self.max_size_mb, &mut wrong),
            extensions: never_null("extensions", self.extensions, &mut wrong),
        };
        if wrong.is_empty() { Ok(change) } else { Err(Rejection::Invalid(wrong).into()) }
    }
}
