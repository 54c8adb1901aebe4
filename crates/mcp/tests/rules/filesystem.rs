//! The files of a workspace.

mod desk;
mod offer;
mod paths;
mod reading;
mod searching;
