//! When backups of a database are made by themselves, on the wire.

use mainstay_hosting::databases::BackupSchedule;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// When backups are made by themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(example = "example")]
pub(super) struct ScheduleBody {
    /// Minute, hour, day, month and day of the week in UTC, as cron has them: digits, `*`, `/`, `-` and commas. Five minutes
    /// lie between two.
    cron: String,
    /// How many of them are kept: 1 to 30.
    keep: u32,
}

fn example() -> Value {
    json!({ "cron": "30 3 * * *", "keep": 7 })
}

impl From<ScheduleBody> for BackupSchedule {
    fn from(ScheduleBody { cron, keep }: ScheduleBody) -> Self {
        Self { cron, keep }
    }
}

impl From<BackupSchedule> for ScheduleBody {
    fn from(BackupSchedule { cron, keep }: BackupSchedule) -> Self {
        Self { cron, keep }
    }
}
