//! Who the mails come from.

use lettre::message::Mailbox;
use std::fmt;
use url::Url;

/// What the operator puts on every mail: a name, a sender, and where links lead.
#[derive(Debug, Clone)]
pub struct Brand {
    name: String,
    from: Mailbox,
    app_url: Url,
}

/// Which part of a brand is no good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BrandError {
    /// The name is empty or has control characters.
    #[error("the brand's name is a line of text")]
    Name,
    /// The sender is no mailbox (RFC 5322 §3.4).
    #[error("the sender of mails is written Name <address> or as a bare address")]
    From,
    /// Links cannot be built on the base.
    #[error("the base of links in mails is an http or https URL without query and fragment")]
    AppUrl,
}

impl Brand {
    /// A brand: its name, the sender as `Name <address>` or a bare address, and the URL that links are built on.
    ///
    /// # Errors
    /// [`BrandError`] names the part that is no good.
    pub fn new(name: &str, from: &str, app_url: &str) -> Result<Self, BrandError> {
        let is_line = |text: &str| !text.trim().is_empty() && !text.contains(char::is_control);
        if !is_line(name) {
            return Err(BrandError::Name);
        }
        let mailbox = Some(from).filter(|from| is_line(from)).and_then(|from| from.parse::<Mailbox>().ok());
        let from = mailbox.ok_or(BrandError::From)?;
        let base = Url::parse(app_url).ok().filter(is_base).ok_or(BrandError::AppUrl)?;
        Ok(Self { name: name.trim().to_owned(), from, app_url: base })
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A link into the app, such as `/invites/abc` or `reset?token=abc`, below the base's own path.
    pub fn link(&self, path_and_query: &str) -> String {
        format!("{}/{}", self.app_url.as_str().trim_end_matches('/'), path_and_query.trim_start_matches('/'))
    }

    /// Where somebody whose account is no longer theirs alone can take it back: `/forgot-password`.
    pub fn recovery_link(&self) -> String {
        self.link("/forgot-password")
    }

    pub(crate) const fn from(&self) -> &Mailbox {
        &self.from
    }
}

fn is_base(url: &Url) -> bool {
    let plain = url.query().is_none() && url.fragment().is_none() && url.password().is_none();
    matches!(url.scheme(), "http" | "https") && url.has_host() && plain
}

impl fmt::Display for Brand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}
