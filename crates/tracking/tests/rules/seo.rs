//! The rules of reports, issues and audits.

mod audits;
mod history;
mod issues;
mod life;
mod reports;
mod web;
mod world;
