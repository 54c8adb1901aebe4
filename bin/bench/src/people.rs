//! The people that the bench seeds: all have the owner's password, and their addresses follow from their numbers.

use crate::exchange;
use crate::request::Request;
use anyhow::{Context as _, ensure};
use mainstay_kernel::Secret;
use serde::Deserialize;
use std::net::SocketAddr;
use std::ops::RangeInclusive;

/// How many there are.
pub(crate) const COUNT: u32 = 64;
/// Those who log in under load. The others have the sessions, so that no login is of a person with a session in use.
pub(crate) const LOGGING_IN: RangeInclusive<u32> = 33..=COUNT;

/// Everybody seeded.
#[derive(Debug)]
pub(crate) struct People {
    password: Secret<String>,
}

/// What a login gives.
#[derive(Deserialize)]
pub(crate) struct Session {
    /// Opens what is the person's own.
    pub(crate) token: String,
    /// Buys the next pair.
    pub(crate) refresh_token: String,
}

impl People {
    /// People with this password.
    pub(crate) const fn with(password: Secret<String>) -> Self {
        Self { password }
    }

    /// The login of person `number`.
    pub(crate) fn log_in(&self, number: u32) -> Request {
        let body = serde_json::json!({ "email": email(number), "password": self.password.expose() });
        Request::post("/auth/login", None, &body.to_string())
    }

    /// Sessions of the first `count` people, each another's.
    ///
    /// # Errors
    /// When the gateway at `address` does not let somebody in, or there are not so many people.
    pub(crate) fn sessions(&self, address: SocketAddr, count: usize) -> anyhow::Result<Vec<Session>> {
        let count = u32::try_from(count)?;
        ensure!(count < *LOGGING_IN.start(), "there are fewer than {count} people to have sessions");
        (1..=count).map(|number| self.session(address, number)).collect()
    }

    fn session(&self, address: SocketAddr, number: u32) -> anyhow::Result<Session> {
        let answer = exchange::ask(address, &mut self.log_in(number))?;
        ensure!(answer.status == 200, "no login: {} {}", answer.status, String::from_utf8_lossy(&answer.body));
        serde_json::from_slice(&answer.body).context("the answer to a login holds no tokens")
    }
}

fn email(number: u32) -> String {
    format!("person-{number}@example.com")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_of_one_person_with_the_password_of_all() {
        let people = People::with(Secret::new("a \"quoted\" one".to_owned()));
        let text = String::from_utf8_lossy(people.log_in(7).next()).into_owned();
        let (_, body) = text.split_once("\r\n\r\n").expect("a body");
        let body: serde_json::Value = serde_json::from_str(body).expect("JSON");
        assert_eq!(body, serde_json::json!({ "email": "person-7@example.com", "password": "a \"quoted\" one" }));
    }

    #[test]
    fn who_logs_in_under_load_has_no_session_in_use() {
        let people = People::with(Secret::new("unused".to_owned()));
        let nowhere = exchange::tests::answering(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        let error = people.sessions(nowhere, 33).err().expect("an error").to_string();
        assert!(error.contains("fewer than 33"), "{error}");
        let error = people.sessions(nowhere, 32).err().expect("an error").to_string();
        assert!(error.contains("no login: 404"), "{error}");
    }
}
