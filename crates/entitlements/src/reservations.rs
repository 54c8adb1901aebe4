//! Units of a feature that somebody means to use: reserved first, and then used or given back.
//!
//! | state | means |
//! |---|---|
//! | held | the units are neither used nor left |
//! | committed | so many of them as were used are recorded, the rest is left again |
//! | released | all of them are left again |
//! | expired | nobody said anything in time: as if they were released |
//!
//! What holds: what is used and what is held never pass the limit together. What was paid with credits for units that are not
//! used goes back to the grants that it came from.

pub mod events;
mod expiry;
mod model;
mod rules;
mod schema;
mod service;
pub mod store;

pub use expiry::ReservationExpiry;
pub use model::{NewReservation, Reservation, ReservationColumn, ReservationQuery, ReservationState};
pub use rules::{DEFAULT_LIFE, MOST_LIFE};
pub use service::{ReservationService, Reserved};
