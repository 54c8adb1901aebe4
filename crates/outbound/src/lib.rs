#![doc = include_str!("../README.md")]

mod error;
mod guarded;
mod model;
mod names;
mod reach;
mod service;

pub use error::OutboundError;
pub use guarded::Guarded;
pub use model::{Answer, Request};
pub use names::{Names, SystemNames};
pub use reach::Reach;
pub use reqwest::header;
pub use reqwest::{Method, StatusCode};
pub use service::Outbound;
