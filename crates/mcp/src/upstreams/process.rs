//! Servers that are processes of this machine.

mod ceilings;
mod complaints;
mod launch;
mod lines;
mod message;
mod program;
mod warden;

pub use ceilings::Ceilings;
pub(super) use lines::Lines;
