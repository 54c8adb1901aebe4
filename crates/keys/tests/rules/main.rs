//! The rules of API keys, on both databases and with a clock that stands still.

mod identifying;
mod issuing;
mod listing;
mod reaching;
mod revoking;
mod rotating;
mod telling;
mod tree;
mod using;
mod world;
