//! Black-box tests of the running gateway, a file a surface. Each story is played on SQLite, and on PostgreSQL where
//! there is a server for it. Every JSON answer is held against the OpenAPI document on the way.

mod api_keys;
mod audit_log;
mod crashes;
mod credentials;
mod durability;
mod errors;
mod idempotency;
mod limits;
mod limits_shared;
mod lists;
mod me;
mod members;
mod nodes;
mod openapi;
mod pages;
mod rotation;
mod routes;
mod tls;
mod tokens;
mod tree;
mod verify;
mod wire;
mod workspaces;
