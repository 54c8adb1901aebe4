//! Credits.

mod concurrency;
mod expiring;
mod granting;
mod purchasing;
mod refunding;
mod spending;
mod stories;
mod world;
