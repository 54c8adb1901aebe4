//! The audit log on the wire.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use mainstay_auth::Person;
use mainstay_edge::describe::{Argument, Description};
use mainstay_edge::{Failure, IsoSeconds, Listable, Rejection};
use mainstay_kernel::{UserId, Via};
use mainstay_store::audit::{AuditColumn, Entry};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;
use std::future::{Ready, ready};
use std::sync::Arc;
use uuid::Uuid;

/// What the log can be asked.
pub(super) enum AuditList {}

impl Listable for AuditList {
    type Column = AuditColumn;
    type Status = ();
    const COLUMNS: &'static [(&'static str, AuditColumn)] =
        &[("created_at", AuditColumn::CreatedAt), ("action", AuditColumn::Action)];
    const STATUSES: &'static [(&'static str, ())] = &[];
}

/// The filters that only this list has.
#[derive(Debug, Default, Deserialize)]
struct Asked {
    action: Option<String>,
    actor: Option<String>,
}

/// The filters that only this list has, checked.
pub(super) struct AuditFilters {
    pub(super) action: Option<String>,
    pub(super) actor: Option<UserId>,
}

impl FromRequest for AuditFilters {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Asked { action, actor } =
            web::Query::from_query(request.query_string()).map_or_else(|_| Asked::default(), web::Query::into_inner);
        let actor = actor.map(|text| text.parse().map(UserId)).transpose();
        ready(match actor {
            Ok(actor) => Ok(Self { action, actor }),
            Err(_) => Err(Rejection::field("actor", "uuid", "The actor must be a person's id.").into()),
        })
    }
}

impl Argument for AuditFilters {
    fn describe(to: &mut Description<'_>) {
        let text = "Only events of this name, such as `member.added`, or of one resource, such as `member.*`.";
        to.query_parameter::<String>("action", text);
        to.query_parameter::<Uuid>("actor", "Only what this person did.");
    }
}

/// Something that happened.
#[derive(Serialize, JsonSchema)]
pub(super) struct EntryResponse {
    /// The event's id, the same as webhooks carry.
    id: String,
    /// What happened, as `resource.happened`.
    action: String,
    /// Who did it; null where nobody was known, or the system did.
    actor: Option<ActorResponse>,
    /// By which credential.
    credential: Option<CredentialResponse>,
    /// From which address.
    ip_address: Option<String>,
    /// In which request.
    request_id: Option<String>,
    /// The facts of the event.
    data: Value,
    /// When it happened.
    created_at: IsoSeconds,
}

/// Who did it.
#[derive(Serialize, JsonSchema)]
struct ActorResponse {
    /// The person's id.
    id: Uuid,
    /// Their address today; null when they are gone.
    email: Option<String>,
    /// Their name today; null when they are gone.
    name: Option<String>,
}

/// By which credential.
#[derive(Serialize, JsonSchema)]
struct CredentialResponse {
    /// `api_key`, `session` or `oauth_grant`.
    r#type: &'static str,
    /// Its id.
    id: String,
}

impl EntryResponse {
    pub(super) fn new(entry: Entry, known: &HashMap<UserId, Arc<Person>>) -> Self {
        let Entry { event, origin } = entry;
        Self {
            id: event.id,
            action: event.name,
            actor: origin.actor.map(|actor| ActorResponse::new(actor, known.get(&actor).map(|person| &**person))),
            credential: origin.via.map(CredentialResponse::from),
            ip_address: origin.address.map(|address| address.to_string()),
            request_id: origin.request,
            data: event.data,
            created_at: IsoSeconds(event.at),
        }
    }
}

impl ActorResponse {
    fn new(actor: UserId, person: Option<&Person>) -> Self {
        let (email, name) =
            (person.map(|person| person.email.clone()), person.map(|person| person.display_name.clone()));
        Self { id: actor.0, email, name }
    }
}

impl From<Via> for CredentialResponse {
    fn from(via: Via) -> Self {
        match via {
            Via::ApiKey(key) => Self { r#type: "api_key", id: key.to_string() },
            Via::Session(session) => Self { r#type: "session", id: session.to_string() },
            Via::Grant(grant) => Self { r#type: "oauth_grant", id: grant.to_string() },
        }
    }
}
