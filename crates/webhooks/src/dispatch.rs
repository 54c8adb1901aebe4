//! Dispatch: what is due goes out, each endpoint in a lane of its own.

mod dispatcher;
mod lane;
mod lanes;
mod recorder;
pub(crate) mod store;

pub use dispatcher::{Dispatcher, Dispatching};
