//! The rules of what is offered.

mod changing;
mod counting;
mod nodes;
mod refusing;
mod removing;
mod stories;
mod world;
