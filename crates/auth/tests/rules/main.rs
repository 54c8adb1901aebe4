//! The rules of people, on both databases.

mod access;
mod challenges;
mod devices;
mod emails;
mod house;
mod known_devices;
mod login;
mod one_time;
mod opaque_tokens;
mod own_sessions;
mod owner;
mod passwords;
mod postbox;
mod profile;
mod refresh;
mod refresh_model;
mod registration;
mod registration_model;
mod second_factor;
mod second_factor_codes;
mod sessions;
mod signing_keys;
mod throttle;
