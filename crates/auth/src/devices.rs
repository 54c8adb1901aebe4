//! Devices: what a person has logged in from before, so that a login from elsewhere is told.

pub(crate) mod device_name;
mod device_token;
mod fingerprint;
mod sighting;
pub(crate) mod store;

use crate::error::AuthError;
use crate::events;
use crate::model::Person;
use crate::post::{Letter, Post};
use crate::sessions::Client;
use crate::store::AuthStore;
use device_token::DeviceTokens;
use fingerprint::Fingerprint;
use mainstay_kernel::{Clock, Event, Ids, Keyring, Secret, Timestamp, UserId};
use mainstay_store::in_batches;
use serde_json::json;
pub use sighting::{DeviceId, Kept, Known, Marks, Recognised, Sighting, Trust};
use std::sync::Arc;
use std::time::Duration;

/// How long a device that is not seen is known.
const KNOWN_FOR: Duration = Duration::from_hours(90 * 24);

/// The rules of devices.
pub struct Devices {
    store: Arc<dyn AuthStore>,
    tokens: DeviceTokens,
    post: Arc<dyn Post>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
}

impl Devices {
    /// Devices in this store, of which people are told by this post.
    pub fn new(
        store: Arc<dyn AuthStore>,
        keyring: &Keyring,
        post: Arc<dyn Post>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
    ) -> Self {
        Self { store, tokens: DeviceTokens::new(keyring), post, clock, ids }
    }

    /// The device of this person that the client is, if it was seen in the last 90 days: by the token it brought,
    /// else by its user agent and network. For somebody unknown, the nil id costs the same look-up.
    ///
    /// # Errors
    /// [`AuthError::Store`] when the database is away.
    pub async fn recognise(&self, person: UserId, client: &Client) -> Result<Option<Recognised>, AuthError> {
        let token = client.device_token().and_then(|token| self.tokens.read(token.expose()));
        let own = token.filter(|(_, owner)| *owner == person).map(|(device, _)| device);
        let marks = Marks { device: own, fingerprint: Fingerprint::of(client) };
        let known = self.store.known_device(person, marks, self.known_since()).await?;
        let address = client.address().map(|address| address.to_string());
        Ok(known.map(|known| {
            let trust = match known {
                Known { device, .. } if Some(device) == own => Trust::Token,
                Known { address: seen, .. } if seen == address => Trust::Likeness,
                Known { .. } => Trust::None,
            };
            Recognised { device: known.device, trust }
        }))
    }

    /// What is to be kept of a login with this client, in the transaction that begins its session, with the letter
    /// and the event for the case that its device is new; none for a client that says nothing about itself.
    pub fn sighting(&self, person: &Person, recognised: Option<Recognised>, client: &Client) -> Option<Sighting> {
        let fingerprint = Fingerprint::of(client)?;
        let (at, new) = (self.clock.now(), DeviceId(self.ids.uuid()));
        let name = device_name::of(client.user_agent());
        let address = client.address().map(|address| address.to_string());
        let facts = json!({
            "user_id": person.id.to_string(),
            "device_id": new.to_string(),
            "device": name,
            "address": address,
        });
        let shown = address.clone().unwrap_or_else(|| "an unknown address".to_owned());
        let letter = Letter::NewDevice { to: person.email.clone(), device: name, address: shown, at };
        Some(Sighting {
            person: person.id,
            marks: Marks { device: recognised.map(|recognised| recognised.device), fingerprint: Some(fingerprint) },
            known_since: self.known_since(),
            new,
            user_agent: client.user_agent().map(str::to_owned),
            address,
            at,
            mail: self.post.job(letter, at),
            event: Event::global(events::USER_NEW_DEVICE, facts, self.ids.as_ref(), at),
        })
    }

    /// The token that this device of the person is recognised by from now on: always the same text.
    pub fn token(&self, person: UserId, device: DeviceId) -> Secret<String> {
        self.tokens.write(device, person)
    }

    /// Deletes the devices that are not known any more; gives how many. The one that a person was last seen with
    /// stays, so that whoever logs in after a long time is still told of a new one.
    ///
    /// # Errors
    /// [`AuthError::Store`] when the database is away.
    pub async fn forget_unseen(&self) -> Result<usize, AuthError> {
        let since = self.known_since();
        Ok(in_batches(|most| self.store.delete_devices_unseen_since(since, most)).await?)
    }

    /// Whatever was last seen later than this is known.
    fn known_since(&self) -> Timestamp {
        self.clock.now().minus(KNOWN_FOR)
    }
}
