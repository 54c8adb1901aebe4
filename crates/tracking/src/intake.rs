//! What pages tell of, until it is kept.

mod agents;
mod bots;
mod encoding;
mod hit;
mod inbox;
mod meter;
mod model;
mod page;
mod places;
mod properties;
mod rules;
mod salts;
mod service;
mod sources;
mod store;
mod visitor;

pub use bots::BotReason;
pub(crate) use encoding::decode;
pub(crate) use hit::Hit;
pub(crate) use inbox::Inbox;
pub use meter::{Meter, Unmetered};
pub use model::{Ignored, Outcome, PixelConfig, Sender, Strangers, Told, Wanted, Wishes};
pub use places::{BadPlaces, Places};
pub use rules::Intake;
pub use salts::SaltEnd;
pub(crate) use salts::Salts;
pub use service::IntakeService;
pub(crate) use store::open;

/// The name of a page view.
pub(crate) const PAGEVIEW: &str = "pageview";
/// The name under which a page tells how it felt to its visitor. It is nothing that the visitor did.
pub(crate) const WEB_VITALS: &str = "web_vitals";
