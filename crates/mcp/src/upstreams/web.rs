//! Servers that are addresses, over Streamable HTTP.

mod answer;
mod client;
mod events;
mod fault;
mod request;

pub(super) use client::Web;
