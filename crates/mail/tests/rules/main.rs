//! The rules of mail, on both databases.

mod branding;
mod carrying;
mod filing;
mod house;
mod jobs_table;
mod opening;
mod rendering;
mod samples;
mod smtp_server;
mod submitting;
