#![doc = include_str!("../README.md")]

mod cost;
mod fitness;
mod schema;

pub use fitness::unfit;
pub use schema::Schema;
