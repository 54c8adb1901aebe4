//! What a mail is to say, before it has words.

use mainstay_kernel::{Secret, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::time::Duration;

/// A mail to one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// The address it goes to, `local@domain`.
    pub to: String,
    /// What it says.
    pub content: Content,
}

/// What a mail says: a kind, and what the person who reads it needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Content {
    /// The code that proves a new person's address.
    SignUpCode {
        /// What to type in.
        #[serde(serialize_with = "expose")]
        code: Secret<String>,
        /// How long it works.
        minutes: u32,
    },
    /// The code that proves a further address of somebody known.
    AddressCode {
        /// What to type in.
        #[serde(serialize_with = "expose")]
        code: Secret<String>,
        /// How long it works.
        minutes: u32,
    },
    /// Somebody tried to sign up with the address of an account.
    AlreadyRegistered {
        /// Where to log in.
        #[serde(serialize_with = "expose")]
        link: Secret<String>,
    },
    /// A new password may be chosen.
    PasswordReset {
        /// Where to choose it.
        #[serde(serialize_with = "expose")]
        link: Secret<String>,
        /// How long it works.
        minutes: u32,
    },
    /// The password is another one now.
    PasswordChanged {
        /// When that happened.
        #[serde(with = "micros")]
        at: Timestamp,
    },
    /// A login on a device that was not seen before.
    NewDevice {
        /// The device, as people know it.
        device: String,
        /// The network address it came from.
        address: String,
        /// When that happened.
        #[serde(with = "micros")]
        at: Timestamp,
    },
    /// Two-factor authentication is on now.
    SecondFactorOn {
        /// When that happened.
        #[serde(with = "micros")]
        at: Timestamp,
    },
    /// Two-factor authentication is off now.
    SecondFactorOff {
        /// When that happened.
        #[serde(with = "micros")]
        at: Timestamp,
    },
    /// The account is gone.
    AccountDeleted {
        /// Since when.
        #[serde(with = "micros")]
        at: Timestamp,
    },
    /// Mail goes to another address from now on; told to the one it went to before.
    DefaultAddressChanged {
        /// The address it goes to now.
        to: String,
    },
    /// An invitation into a project.
    ProjectInvite {
        /// The project's name.
        project: String,
        /// Who invites.
        inviter: String,
        /// As what.
        role: String,
        /// Where to accept.
        #[serde(serialize_with = "expose")]
        link: Secret<String>,
        /// How long it works.
        days: u32,
    },
    /// An invitation into a workspace.
    WorkspaceInvite {
        /// The workspace's name.
        workspace: String,
        /// Who invites.
        inviter: String,
        /// As what.
        role: String,
        /// Where to accept.
        #[serde(serialize_with = "expose")]
        link: Secret<String>,
        /// How long it works.
        days: u32,
    },
    /// Somebody was made a member of a project without being asked.
    AddedToProject {
        /// The project's name.
        project: String,
        /// Who did it.
        by: String,
        /// Where the project is.
        #[serde(serialize_with = "expose")]
        link: Secret<String>,
    },
    /// A project was handed over.
    OwnershipReceived {
        /// The project's name.
        project: String,
        /// Who owned it before.
        from: String,
        /// Where the project is.
        #[serde(serialize_with = "expose")]
        link: Secret<String>,
    },
    /// A webhook endpoint was turned off because of how it answered.
    WebhookDisabled {
        /// The workspace's name.
        workspace: String,
        /// The endpoint's host.
        host: String,
        /// Whether it said that it is gone, and did not just fail too often.
        is_gone: bool,
        /// Where to see to it.
        #[serde(serialize_with = "expose")]
        link: Secret<String>,
    },
    /// A workspace has used much of what its plan includes, or all of it.
    LimitNear {
        /// The workspace's name.
        workspace: String,
        /// What it has used, as people call it.
        feature: String,
        /// How much of the limit, in percent; 100 for all of it.
        percent: u8,
        /// How much that is.
        used: u64,
        /// The limit.
        limit: u64,
        /// Where to see to it.
        #[serde(serialize_with = "expose")]
        link: Secret<String>,
    },
}

impl Content {
    /// The kind, as logs name it.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::SignUpCode { .. } => "sign_up_code",
            Self::AddressCode { .. } => "address_code",
            Self::AlreadyRegistered { .. } => "already_registered",
            Self::PasswordReset { .. } => "password_reset",
            Self::PasswordChanged { .. } => "password_changed",
            Self::NewDevice { .. } => "new_device",
            Self::SecondFactorOn { .. } => "second_factor_on",
            Self::SecondFactorOff { .. } => "second_factor_off",
            Self::AccountDeleted { .. } => "account_deleted",
            Self::DefaultAddressChanged { .. } => "default_address_changed",
            Self::ProjectInvite { .. } => "project_invite",
            Self::WorkspaceInvite { .. } => "workspace_invite",
            Self::AddedToProject { .. } => "added_to_project",
            Self::OwnershipReceived { .. } => "ownership_received",
            Self::WebhookDisabled { .. } => "webhook_disabled",
            Self::LimitNear { .. } => "limit_near",
        }
    }

    /// How long its code or link works; none for what stays true.
    pub fn lifetime(&self) -> Option<Duration> {
        match self {
            Self::SignUpCode { minutes, .. }
            | Self::AddressCode { minutes, .. }
            | Self::PasswordReset { minutes, .. } => Some(Duration::from_mins(u64::from(*minutes))),
            Self::ProjectInvite { days, .. } | Self::WorkspaceInvite { days, .. } => {
                Some(Duration::from_hours(24 * u64::from(*days)))
            }
            _ => None,
        }
    }
}

/// Letters are serialised in one place only, which seals them.
fn expose<S: Serializer>(secret: &Secret<String>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose())
}

/// Instants as microseconds since 1970.
pub(crate) mod micros {
    use super::{Deserialize, Deserializer, Serializer, Timestamp};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
    pub(crate) fn serialize<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(at.micros())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        i64::deserialize(deserializer).map(Timestamp::from_micros)
    }
}
