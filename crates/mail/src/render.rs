//! From a letter to a mail.

use crate::brand::Brand;
use crate::message::Message;
use crate::posted::Posted;
use crate::wording::{Action, Wording};
use askama::Template;
use lettre::Address;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{MultiPart, SinglePart};

/// Why a letter does not become a mail.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The recipient's address is none (RFC 5321 §4.1.2).
    #[error("the recipient's address is not an address")]
    Address,
    /// A template failed.
    #[error("the template failed: {0}")]
    Template(#[from] askama::Error),
    /// The parts do not make a mail.
    #[error("the mail could not be put together: {0}")]
    Build(#[from] lettre::error::Error),
}

#[derive(Template)]
#[template(path = "letter.html")]
struct Html<'a> {
    brand: &'a Brand,
    wording: &'a Wording,
}

#[derive(Template)]
#[template(path = "letter.txt")]
struct Text<'a> {
    brand: &'a Brand,
    wording: &'a Wording,
}

/// Puts a letter into words, as text and as HTML, with the brand on it. The same letter gives the same mail, so that
/// one that arrives twice can be told by its `Message-ID`.
///
/// # Errors
/// [`RenderError::Address`] when no mail can be sent to the address; the others are our fault.
pub fn render(posted: &Posted, brand: &Brand) -> Result<Message, RenderError> {
    let to: Address = posted.letter.to.parse().map_err(|_| RenderError::Address)?;
    let wording = Wording::of(&posted.letter.content, brand);
    let text = Text { brand, wording: &wording }.render()?;
    let html = Html { brand, wording: &wording }.render()?;
    let parts = MultiPart::alternative()
        .boundary(posted.id.simple().to_string())
        .singlepart(SinglePart::plain(text.clone()))
        .singlepart(SinglePart::html(html.clone()));
    let mime = lettre::Message::builder()
        .from(brand.from().clone())
        .to(to.into())
        .subject(wording.subject.clone())
        .date(posted.at.utc().into())
        .message_id(Some(format!("<{}@{}>", posted.id, brand.from().email.domain())))
        .raw_header(auto_submitted())
        .multipart(parts)?;
    Ok(Message { id: posted.id, date: posted.at, subject: wording.subject, text, html, mime })
}

/// Keeps vacation notes and other mail robots from answering (RFC 3834 §5).
fn auto_submitted() -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned())
}
