//! What a device is recognised by, and who is told of a new one.

use crate::house::{EMAIL, House};
use crate::postbox::Postbox;
use mainstay_auth::{AuthService as _, Client, DeviceId, Devices, Kept, Person, Recognised};
use mainstay_kernel::{Keyring, SystemIds, UserId};
use mainstay_testkit::on_each_database;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use uuid::Uuid;

const DAY: Duration = Duration::from_hours(24);
const HOME: &str = "192.0.2.7";
const AWAY: &str = "198.51.100.7";
const PHONE: &str = "Mozilla/5.0 (iPhone; like Mac OS X) Version/26.0 Safari/604.1";
const LAPTOP: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";

impl House {
    fn devices(&self) -> Devices {
        self.devices_of(&self.keyring)
    }

    fn devices_of(&self, keyring: &Keyring) -> Devices {
        let clock = Arc::new(self.clock.clone());
        Devices::new(Arc::clone(&self.store), keyring, Arc::new(Postbox), clock, Arc::clone(&self.ids))
    }

    async fn ada(&self) -> Arc<Person> {
        self.auth.by_email(EMAIL).await.expect("a look-up").expect("the owner")
    }

    async fn recognised(&self, person: UserId, client: &Client) -> Option<DeviceId> {
        self.recognition(person, client).await.map(|recognised| recognised.device)
    }

    async fn recognition(&self, person: UserId, client: &Client) -> Option<Recognised> {
        self.devices().recognise(person, client).await.expect("a look-up")
    }

    /// A login of this person with this client, as far as devices go.
    async fn seen(&self, person: &Person, client: &Client) -> Kept {
        let recognised = self.recognition(person.id, client).await;
        let sighting = self.devices().sighting(person, recognised, client).expect("a client that says something");
        self.store.note_device(sighting).await.expect("a write")
    }
}

fn from(address: &str, user_agent: &str) -> Client {
    Client::new(address.parse().ok(), Some(user_agent))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_told_of_the_second_device_and_not_of_the_first() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let owner = house.ada().await;
        house.events().await;
        let first = house.seen(&owner, &from(HOME, LAPTOP)).await;
        assert!(first.is_new && house.letters().await.is_empty() && house.events().await.is_empty());
        let again = house.seen(&owner, &from(HOME, LAPTOP)).await;
        assert_eq!(again, Kept { is_new: false, ..first });
        assert!(house.letters().await.is_empty() && house.events().await.is_empty());

        let second = house.seen(&owner, &from(AWAY, PHONE)).await;
        let letter = house.letter().await;
        assert_eq!((letter.name.as_str(), letter.to.as_str()), ("new_device", EMAIL));
        assert_eq!(letter.about, "Safari on iPhone from 198.51.100.7");
        let [event] = house.events().await.try_into().expect("one event");
        assert_eq!(event.name, "user.new_device");
        assert_eq!(event.data["user_id"], owner.id.to_string());
        assert_eq!(event.data["device_id"], second.device.to_string());
        assert_eq!(event.data["address"], AWAY);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_recognised_wherever_its_device_is() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let owner = house.ada().await;
        let kept = house.seen(&owner, &from(HOME, PHONE)).await;
        let token = house.devices().token(owner.id, kept.device);
        let moved = from(AWAY, "Phone/2").with_device_token(Some(token.clone()));
        assert_eq!(house.recognised(owner.id, &moved).await, Some(kept.device));
        assert_eq!(house.seen(&owner, &moved).await, Kept { is_new: false, ..kept });
        assert!(house.letters().await.is_empty());
        let silent = Client::default().with_device_token(Some(token.clone()));
        assert_eq!(house.recognised(owner.id, &silent).await, Some(kept.device));

        let laptop = house.seen(&owner, &from(HOME, LAPTOP)).await;
        assert_ne!(laptop.device, kept.device);
        let both = from(HOME, LAPTOP).with_device_token(Some(token));
        assert_eq!(house.recognised(owner.id, &both).await, Some(kept.device), "the token goes before the looks");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_another_person_and_a_forged_one_recognise_nothing() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let (owner, eve) = (house.ada().await, house.sign_up("eve@example.com").await.person);
        let ours = house.seen(&owner, &from(HOME, PHONE)).await.device;
        let hers = house.seen(&eve, &from(AWAY, LAPTOP)).await.device;
        let other_keys = Keyring::parse(&Keyring::generate(&SystemIds)).expect("a keyring");
        let forged = house.devices_of(&other_keys).token(owner.id, ours);
        let gone = house.devices().token(owner.id, DeviceId(Uuid::from_u128(1)));
        let tokens = [
            house.devices().token(eve.id, hers),
            house.devices().token(eve.id, ours),
            house.devices().token(owner.id, hers),
            forged,
            gone,
            "mdt_".to_owned().into(),
        ];
        for (index, token) in tokens.into_iter().enumerate() {
            let client = from("203.0.113.7", "Thief/1").with_device_token(Some(token));
            assert_eq!(house.recognised(owner.id, &client).await, None, "token {index}");
        }
        assert_eq!(house.recognised(owner.id, &from(AWAY, LAPTOP)).await, None, "the looks of another's device");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_says_nothing_about_itself_is_recognised_by_nothing_and_kept_as_nothing() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let owner = house.ada().await;
        house.seen(&owner, &from(HOME, PHONE)).await;
        assert_eq!(house.recognised(owner.id, &Client::default()).await, None);
        assert!(house.devices().sighting(&owner, None, &Client::default()).is_none());
        let kept = house.seen(&owner, &Client::new(None, Some(PHONE))).await;
        assert_eq!(house.recognised(owner.id, &Client::new(None, Some(PHONE))).await, Some(kept.device));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_is_known_for_90_days_after_it_was_last_seen() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let (owner, phone) = (house.ada().await, from(HOME, PHONE));
        let first = house.seen(&owner, &phone).await;
        let with_token = from(AWAY, LAPTOP).with_device_token(Some(house.devices().token(owner.id, first.device)));
        house.clock.advance(DAY * 89);
        assert_eq!(house.seen(&owner, &phone).await, Kept { is_new: false, ..first }, "a sighting keeps it known");
        house.clock.advance(Duration::from_secs(90 * 86_400 - 1));
        assert_eq!(house.recognised(owner.id, &phone).await, Some(first.device));
        assert_eq!(house.recognised(owner.id, &with_token).await, Some(first.device));
        house.clock.advance(Duration::from_secs(1));
        assert_eq!(house.recognised(owner.id, &phone).await, None);
        assert_eq!(house.recognised(owner.id, &with_token).await, None);

        let anew = house.seen(&owner, &phone).await;
        assert!(anew.is_new && anew.device != first.device);
        assert_eq!(house.letter().await.name, "new_device");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clean_up_leaves_known_devices_and_the_last_of_each_person() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let owner = house.ada().await;
        for user_agent in ["A/1", "B/1", "C/1"] {
            house.seen(&owner, &from(HOME, user_agent)).await;
            house.clock.advance(DAY);
        }
        let clean_up = async || house.devices().forget_unseen().await.expect("a clean-up");
        house.clock.advance(DAY * 86);
        assert_eq!(clean_up().await, 0);
        house.clock.advance(DAY);
        assert_eq!(clean_up().await, 1, "the first was seen 90 days ago");
        house.clock.advance(DAY * 10);
        assert_eq!((clean_up().await, clean_up().await), (1, 0), "the last stays");
        house.letters().await;
        house.seen(&owner, &from(AWAY, "D/1")).await;
        assert_eq!(house.letter().await.about, "D from 198.51.100.7", "whoever comes back is told");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn forgetting_all_devices_of_a_person_forgets_nobody_elses() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let (owner, eve) = (house.ada().await, house.sign_up("eve@example.com").await.person);
        let phone = from(HOME, PHONE);
        let (ours, hers) = (house.seen(&owner, &phone).await, house.seen(&eve, &phone).await);
        let with_token = phone.clone().with_device_token(Some(house.devices().token(owner.id, ours.device)));
        house.store.forget_devices_of(owner.id).await.expect("a write");
        assert_eq!(house.recognised(owner.id, &with_token).await, None);
        assert_eq!(house.recognised(eve.id, &phone).await, Some(hers.device));
        house.letters().await;
        assert!(house.seen(&owner, &with_token).await.is_new);
        assert!(house.letters().await.is_empty(), "it is the first once more");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_more_than_fifty_devices_those_unseen_for_longest_go() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let owner = house.ada().await;
        for number in 0..50 {
            house.seen(&owner, &from(HOME, &format!("Device{number}/1"))).await;
            house.clock.advance(Duration::from_secs(1));
        }
        let known =
            async |number: u32| house.recognised(owner.id, &from(HOME, &format!("Device{number}/1"))).await.is_some();
        assert!(known(0).await && known(49).await);
        house.seen(&owner, &from(HOME, "Device0/1")).await;
        house.seen(&owner, &from(HOME, "Device50/1")).await;
        assert!(known(0).await && !known(1).await && known(2).await && known(50).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn first_sightings_at_once_make_one_row_of_one_device_and_tell_of_all_but_one() {
    on_each_database(async |database| {
        let house = Arc::new(House::with_owner(database).await);
        let owner = house.ada().await;
        let mut logins = JoinSet::new();
        for number in 0..32 {
            let (house, owner) = (Arc::clone(&house), Arc::clone(&owner));
            logins.spawn(async move {
                // Nobody is recognised yet when all of them begin.
                let client = from(HOME, if number % 2 == 0 { PHONE } else { LAPTOP });
                let sighting = house.devices().sighting(&owner, None, &client).expect("a sighting");
                house.store.note_device(sighting).await.expect("a write")
            });
        }
        let kept = logins.join_all().await;
        assert_eq!(kept.iter().filter(|kept| kept.is_new).count(), 2);
        assert_eq!(kept.iter().map(|kept| kept.device).collect::<HashSet<_>>().len(), 2);
        assert_eq!(house.letters().await.len(), 1);
    })
    .await;
}
