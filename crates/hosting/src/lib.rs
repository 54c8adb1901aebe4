#![doc = include_str!("../README.md")]

mod bell;
pub mod building;
pub mod databases;
pub mod deployments;
pub mod domains;
pub mod driver;
pub mod egress;
mod error;
mod folder;
mod folders;
pub mod hooks;
mod hosting;
mod ids;
mod image;
pub mod logs;
pub mod metering;
pub mod metrics;
mod repository;
mod revision;
pub mod running;
mod schema;
pub mod serving;
pub mod sites;
mod store;
pub mod variables;
mod weight;
mod words;

pub use error::{DATABASES, HostingError, SITES};
pub use folder::Folder;
pub use hosting::{Hosting, HostingParts, Vouching};
pub use ids::{BackupId, DatabaseId, DeliveryId, DeploymentId, SiteId};
pub use image::ImageName;
pub use repository::{Allowed, Repository};
