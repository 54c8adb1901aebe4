#![doc = include_str!("../README.md")]

pub mod brand;
pub mod carrier;
pub mod letter;
pub mod mailer;
pub mod message;
pub mod posted;
pub mod render;
pub mod transport;
mod wording;

pub use brand::{Brand, BrandError};
pub use carrier::MailCarrier;
pub use letter::{Content, Letter};
pub use mailer::{Mailer, SealedMail};
pub use message::Message;
pub use posted::Posted;
pub use render::{RenderError, render};
pub use transport::{SendError, Transport, UrlError};
