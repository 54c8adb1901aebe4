//! Deployments: how a site came to be as it is.

pub mod events;
mod model;
mod rules;
mod service;

pub use model::{
    CancelReason, Deployment, DeploymentStatus, Failure, FailureReason, PhaseTiming, Program, SkipReason, Trigger,
};
pub use rules::Deployments;
pub(crate) use rules::fresh;
pub use service::DeploymentService;
