//! The rules of the way out, against servers of the tests' own.

mod asking;
mod reaching;
mod refusing;
mod server;
