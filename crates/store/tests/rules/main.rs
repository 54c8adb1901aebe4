//! The rules of the store, on both databases.

mod audit;
mod changes;
mod columns;
mod crash;
mod errors;
mod giving_up;
mod groups;
mod idempotency;
mod idempotency_model;
mod installation;
mod jobs;
mod outbox;
mod parity;
mod prepared;
mod raw;
mod remembered;
mod starting;
mod takeover;
mod workers;
mod writes;
mod writing;
