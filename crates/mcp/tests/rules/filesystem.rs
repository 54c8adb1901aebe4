//! The files of a workspace.

mod desk;
mod links;
mod offer;
mod paths;
mod property;
mod reading;
mod searching;
mod special;
