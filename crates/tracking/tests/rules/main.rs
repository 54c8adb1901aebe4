//! The rules of tracking, on both databases and with a clock that is moved by hand.

mod aims;
mod domains;
mod intake;
mod property;
mod reference;
mod reports;
mod retention;
mod salts;
mod seo;
mod visits;
mod world;
