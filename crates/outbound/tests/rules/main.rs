//! The rules of the way out, against servers of the tests' own.

mod asking;
mod refusing;
mod server;
