#![doc = include_str!("../README.md")]

mod breaker;
mod channels;
pub mod deliveries;
pub mod endpoints;
mod error;
mod event_name;
pub mod event_types;
pub mod events;
mod filter;
mod headers;
mod health;
mod key_pair;
mod model;
mod pattern;
pub mod publishing;
pub mod replays;
mod schedule;
mod secret;
mod signature;
mod verdict;

pub use breaker::{Admission, Breaker};
pub use channels::Channels;
pub use error::WebhookError;
pub use event_name::{EventName, HIGH_VOLUME};
pub use filter::Filters;
pub use headers::CustomHeaders;
pub use health::{Felt, Health, MAX_CONSECUTIVE};
pub use key_pair::{NotASeed, SigningKeyPair};
pub use model::{DeliveryId, EndpointId, MessageId, ReplayId};
pub use pattern::{Pattern, Patterns};
pub use schedule::{Schedule, retry_after};
pub use secret::{SigningSecret, generate};
pub use signature::Signer;
pub use verdict::{Verdict, of_status};
