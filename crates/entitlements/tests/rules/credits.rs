//! Credits.

mod concurrency;
mod expiring;
mod granting;
mod refunding;
mod spending;
mod stories;
mod world;
