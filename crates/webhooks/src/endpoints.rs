//! Endpoints: who is told of what, and how.

pub mod model;
mod service;

pub use model::{
    DisabledReason, Endpoint, EndpointChange, EndpointColumn, EndpointQuery, EndpointStatus, IssuedEndpoint, NewEndpoint,
    SecretRotation, Trial,
};
pub use service::EndpointService;
