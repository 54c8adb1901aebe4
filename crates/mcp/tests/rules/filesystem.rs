//! The files of a workspace.

mod desk;
mod limits;
mod links;
mod offer;
mod paths;
mod property;
mod quota;
mod reading;
mod resources;
mod searching;
mod special;
mod writing;
