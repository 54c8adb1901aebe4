//! Who calls: all of them by the same verbs.

use super::call::{Call, Door};
use super::launch::PASSWORD;
use serde_json::{Value, json};
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicU32, Ordering};

/// Somebody who calls the gateway.
pub trait Actor {
    /// The way in.
    fn door(&self) -> &Door;

    /// The headers by which they make themselves known.
    fn headers(&self) -> Vec<(&'static str, String)>;

    /// A request of any method.
    fn call(&self, method: &str, path: &str) -> Call {
        let call = Call::new(self.door(), method, path);
        self.headers().into_iter().fold(call, |call, (name, value)| call.header(name, value))
    }

    /// Reads.
    fn get(&self, path: &str) -> Call {
        self.call("GET", path)
    }

    /// Makes.
    fn post(&self, path: &str, body: &Value) -> Call {
        self.call("POST", path).json(body)
    }

    /// A `PUT` with a JSON body.
    fn put(&self, path: &str, body: &Value) -> Call {
        self.call("PUT", path).json(body)
    }

    /// Changes.
    fn patch(&self, path: &str, body: &Value) -> Call {
        self.call("PATCH", path).json(body)
    }

    /// Removes.
    fn delete(&self, path: &str) -> Call {
        self.call("DELETE", path)
    }
}

/// An address that nobody else in this run has, out of 10.0.0.0/8.
fn fresh_address() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    // Runs that share a Redis must not meet: each begins somewhere else.
    let begin = std::process::id().wrapping_mul(4_099);
    let offset = begin.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) & 0x00ff_ffff;
    Ipv4Addr::from(0x0a00_0000 | offset).to_string()
}

/// Somebody without a credential.
pub struct Nobody {
    door: Door,
    address: String,
}

impl Nobody {
    pub(super) fn new(door: Door) -> Self {
        Self { door, address: fresh_address() }
    }

    /// The same, with this key or token.
    pub fn with_credential(&self, credential: &str) -> KeyHolder {
        KeyHolder::new(self.door.clone(), String::new(), 0, credential.to_owned())
    }
}

impl Actor for Nobody {
    fn door(&self) -> &Door {
        &self.door
    }

    fn headers(&self) -> Vec<(&'static str, String)> {
        vec![("x-forwarded-for", self.address.clone())]
    }
}

/// Somebody who has logged in.
#[derive(Clone)]
pub struct Person {
    door: Door,
    /// Their id.
    pub id: String,
    /// Their address.
    pub email: String,
    /// Their password.
    pub password: &'static str,
    /// Their access token, a JWT.
    pub access: String,
    /// Their refresh token.
    pub refresh: String,
}

impl Person {
    pub(super) async fn log_in(door: &Door, email: &str) -> Self {
        let credentials = json!({ "email": email, "password": PASSWORD });
        // From an address of their own: logins are throttled by address.
        let pair = Nobody::new(door.clone()).post("/api/auth/token/", &credentials).await.is(200);
        let (access, refresh) = (pair.text("/access"), pair.text("/refresh"));
        let (id, email) = (String::new(), email.to_owned());
        let mut person = Self { door: door.clone(), id, email, password: PASSWORD, access, refresh };
        person.id = person.get("/api/auth/me/").await.is(200).text("/id");
        person
    }

    /// The same person at another gateway over the same database.
    #[must_use]
    pub fn at(&self, door: &Door) -> Self {
        Self { door: door.clone(), ..self.clone() }
    }
}

impl Actor for Person {
    fn door(&self) -> &Door {
        &self.door
    }

    fn headers(&self) -> Vec<(&'static str, String)> {
        vec![("authorization", format!("Bearer {}", self.access))]
    }
}

/// A program with an API key.
#[derive(Clone)]
pub struct KeyHolder {
    door: Door,
    /// The person who made the key.
    pub user: String,
    /// The workspace of the key.
    pub workspace: i64,
    /// The key.
    pub key: String,
}

impl KeyHolder {
    pub(super) fn new(door: Door, user: String, workspace: i64, key: String) -> Self {
        Self { door, user, workspace, key }
    }

    /// The same program at another gateway over the same database.
    #[must_use]
    pub fn at(&self, door: &Door) -> Self {
        Self { door: door.clone(), ..self.clone() }
    }
}

impl Actor for KeyHolder {
    fn door(&self) -> &Door {
        &self.door
    }

    fn headers(&self) -> Vec<(&'static str, String)> {
        vec![("authorization", format!("Bearer {}", self.key))]
    }
}
