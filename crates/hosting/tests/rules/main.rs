//! The rules of hosting, on both databases, with real repositories and a clock that is moved by hand.

mod builders;
mod commands;
mod databases;
mod databases_care;
mod databases_mariadb;
mod databases_postgres;
mod databases_postgres_care;
mod deployments;
mod domains;
mod domains_certified;
mod domains_ordered;
mod fetching;
mod history;
mod hooks;
mod logs;
mod meter_of_tests;
mod metering;
mod metrics;
mod programs;
mod programs_of_tests;
mod property;
mod serving;
mod sites;
mod sleeping;
mod variables;
mod world;
