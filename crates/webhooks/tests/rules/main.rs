//! The rules of webhooks, on both databases and with a clock that stands still.

mod event_types;
mod outbound;
mod replays;
mod retention;
mod rows;
mod schemas;
mod world;
