//! The rules of workspaces and members, on both databases.

mod changes;
mod events;
mod lists;
mod members;
mod memory;
mod people_lists;
mod slugs;
mod world;
