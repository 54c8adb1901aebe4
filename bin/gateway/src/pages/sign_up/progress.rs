//! How far a sign-up has come, kept by the browser, which can neither read nor change it.

use crate::pages::browser::Browser;
use crate::pages::cookies::Jar;
use crate::pages::return_to::ReturnTo;
use crate::pages::sheet::Reply;
use mainstay_kernel::Secret;
use serde_json::json;

/// Whose sign-up it is, and what proves that the address is theirs.
#[derive(Debug, Clone)]
pub(super) struct Progress {
    pub(super) email: String,
    /// What the code was traded for.
    pub(super) token: Option<Secret<String>>,
    pub(super) return_to: Option<ReturnTo>,
}

const PURPOSE: &str = "page sign-up";

impl Progress {
    /// The one that the browser brought.
    pub(super) fn of(browser: &Browser) -> Option<Self> {
        let plain = browser.unseal(Jar::SignUp, PURPOSE)?;
        let [email, token, to]: [String; 3] = serde_json::from_slice(plain.expose()).ok()?;
        let token = (!token.is_empty()).then(|| Secret::new(token));
        Some(Self { email, token, return_to: ReturnTo::parse(&to) })
    }

    /// The same reply, and the browser keeps this.
    pub(super) fn keep(&self, browser: &Browser, reply: Reply) -> Reply {
        let token = self.token.as_ref().map_or("", |token| token.expose());
        let plain = json!([self.email, token, self.return_to.as_ref().map_or("", ReturnTo::as_str)]).to_string();
        browser.keep_sealed(reply, Jar::SignUp, PURPOSE, plain.as_bytes())
    }
}
