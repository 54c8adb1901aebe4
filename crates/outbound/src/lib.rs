#![doc = include_str!("../README.md")]

mod body;
mod error;
mod failure;
mod flow;
mod guarded;
mod model;
mod names;
mod reach;
mod service;
mod tls;

pub use bytes::Bytes;
pub use error::OutboundError;
pub use flow::{Flow, Pace, Pieces};
pub use guarded::Guarded;
pub use model::{Answer, Overflow, Request};
pub use names::{Names, SystemNames};
pub use reach::Reach;
pub use reqwest::header;
pub use reqwest::{Method, StatusCode};
pub use service::{Outbound, OutboundFlows};
