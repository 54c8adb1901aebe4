//! Endpoints: who is told of what, and how.

mod gauge;
pub mod model;
pub(crate) mod rules;
mod service;
pub(crate) mod store;
mod terms;

pub use gauge::EndpointGauge;
pub use model::{
    DisabledReason, Endpoint, EndpointChange, EndpointColumn, EndpointQuery, EndpointStatus, IssuedEndpoint,
    NewEndpoint, SecretRotation, Trial,
};
pub use rules::Endpoints;
pub use service::EndpointService;
