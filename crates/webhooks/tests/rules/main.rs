//! The rules of webhooks, on both databases and with a clock that stands still.

mod delivering;
mod endpoints;
mod event_types;
mod lanes;
mod outbound;
mod publishing;
mod replays;
mod retention;
mod schemas;
mod turning_off;
mod world;
