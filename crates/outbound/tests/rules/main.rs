//! The rules of the way out, against servers of the tests' own.

mod asking;
mod flowing;
mod names;
mod proving;
mod reaching;
mod reading;
mod refusing;
mod server;
mod spelling;
mod telling;
