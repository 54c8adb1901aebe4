//! The rules of people, on both databases.

mod access;
mod emails;
mod house;
mod login;
mod one_time;
mod own_sessions;
mod owner;
mod passwords;
mod postbox;
mod profile;
mod refresh;
mod refresh_model;
mod registration;
mod registration_model;
mod sessions;
mod signing_keys;
