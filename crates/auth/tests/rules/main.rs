//! The rules of people, on both databases.

mod access;
mod house;
mod login;
mod owner;
mod refresh;
mod refresh_model;
mod sessions;
mod signing_keys;
