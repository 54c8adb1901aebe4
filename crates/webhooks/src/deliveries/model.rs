//! What a delivery is.

use crate::model::{DeliveryId, EndpointId};
use mainstay_kernel::{Listing, Timestamp};

/// One event on its way to one endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its number.
    pub id: DeliveryId,
    /// To whom.
    pub endpoint: EndpointId,
    /// What the event is called.
    pub event_id: String,
    /// What happened.
    pub event_type: String,
    /// How far it is.
    pub status: DeliveryStatus,
    /// The last status that the endpoint answered with; none while it never answered.
    pub response_code: Option<u16>,
    /// The number of the present or next attempt, from 1; of the last one when it is over.
    pub attempt: i32,
    /// When it arrived.
    pub delivered_at: Option<Timestamp>,
    /// When the next attempt is due, where one failed before.
    pub next_retry_at: Option<Timestamp>,
    /// When the event was published.
    pub created_at: Timestamp,
    /// When something last came of it.
    pub updated_at: Timestamp,
}

/// How far a delivery is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeliveryStatus {
    /// It waits for its first attempt or is at it, or was asked for once more.
    Pending,
    /// It arrived.
    Success,
    /// It did not, and is not tried again.
    Failed,
    /// An attempt failed, and another follows.
    Retrying,
}

impl DeliveryStatus {
    /// Every status.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Success, Self::Failed, Self::Retrying];

    /// The name on the wire and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Success => "success",
            Self::Failed => "failed",
            Self::Retrying => "retrying",
        }
    }

    /// The status of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// A delivery with all that came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryStory {
    /// The delivery.
    pub delivery: Delivery,
    /// Its attempts, the first one first.
    pub attempts: Vec<Attempt>,
    /// The body that is sent, byte for byte.
    pub body: String,
}

/// One try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Which one, from 1.
    pub number: i32,
    /// When it began.
    pub started_at: Timestamp,
    /// How long the exchange took.
    pub duration_ms: i64,
    /// The status that was answered.
    pub response_code: Option<u16>,
    /// How the answer's body began: 10 000 characters at most, and an ellipsis where there was more.
    pub response_body: Option<String>,
    /// What went wrong, in a sentence; none when it went well.
    pub error: Option<String>,
}

/// Which deliveries are wanted.
#[derive(Debug, Clone, Default)]
pub struct DeliveryQuery {
    /// Page, order and the filters of every list; the search looks for an event's id.
    pub listing: Listing<DeliveryColumn>,
    /// Only those in this state.
    pub status: Option<DeliveryStatus>,
    /// Only of events that are called so.
    pub event_type: Option<String>,
}

/// What deliveries are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryColumn {
    /// The number.
    Id,
    /// When the event was published.
    CreatedAt,
    /// When something last came of it.
    UpdatedAt,
}
