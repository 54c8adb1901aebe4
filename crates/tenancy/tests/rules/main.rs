//! The rules of workspaces, projects, members and invites, on both databases.

mod changes;
mod events;
mod invites;
mod lists;
mod members;
mod memory;
mod people_lists;
mod permissions;
mod project_members;
mod projects;
mod services;
mod slugs;
mod world;
