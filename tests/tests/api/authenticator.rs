//! A person's authenticator (RFC 6238), and how they turn their second factor on with it.

use mainstay_testkit::gateway::{Actor as _, Answer, Person};
use serde_json::json;
use totp_rs::{Algorithm, Secret, TOTP};

/// Shows codes of six digits, a new one every 30 seconds.
pub(crate) struct Authenticator(TOTP);

impl Authenticator {
    fn new(secret: String) -> Self {
        let secret = Secret::Encoded(secret).to_bytes().expect("base32");
        Self(TOTP::new_unchecked(Algorithm::SHA1, 6, 1, 30, secret))
    }

    /// The code that it shows now.
    pub(crate) fn code(&self) -> String {
        self.0.generate_current().expect("a clock")
    }

    /// The code that it shows next, which is good already.
    pub(crate) fn next_code(&self) -> String {
        self.0.generate(self.0.next_step_current().expect("a clock"))
    }
}

/// Turns a person's second factor on; gives their authenticator, and the answer with the recovery codes.
pub(crate) async fn secured(person: &Person) -> (Authenticator, Answer) {
    let authenticator = Authenticator::new(person.get("/auth/2fa/setup").await.is(200).text("/secret"));
    let enabled = person.post("/auth/2fa/enable", &json!({ "code": authenticator.code() })).await.is(200);
    (authenticator, enabled)
}
