//! Several addresses of one person.

use crate::house::{EMAIL, House, PASSWORD, WithJwt as _, refusal, secret};
use crate::registration::{client, other_than};
use mainstay_auth::{Address, AuthService as _, EmailService as _, RegistrationService as _};
use mainstay_kernel::{Kind, UserId};
use mainstay_testkit::on_each_database;
use std::time::Duration;
use tokio::task::JoinSet;
use uuid::Uuid;

const SECOND: &str = "ada@lovelace.example";
const EVE: &str = "eve@example.com";
const IN_USE: (Kind, &str) = (Kind::Malformed, "email_already_in_use");
const ALREADY_VERIFIED: (Kind, &str) = (Kind::Malformed, "email_already_verified");
const NOT_FOUND: (Kind, &str) = (Kind::NotFound, "email_not_found");
const NOT_VERIFIED: (Kind, &str) = (Kind::Malformed, "email_not_verified");
const INVALID_CODE: (Kind, &str) = (Kind::Malformed, "invalid_code");
const ONLY_VERIFIED: (Kind, &str) = (Kind::Malformed, "only_verified_email");

impl House {
    async fn owner(&self) -> UserId {
        self.auth.by_email(EMAIL).await.expect("a look-up").expect("the owner").id
    }

    /// Adds an address; gives it and its code.
    async fn added(&self, person: UserId, email: &str) -> (Address, String) {
        let address = self.emails().add(person, email).await.expect("an address");
        let letter = self.letter().await;
        assert_eq!(letter.name, "address_code");
        (address, letter.about)
    }

    /// Adds an address and verifies it.
    async fn owned(&self, person: UserId, email: &str) -> Address {
        let (_, code) = self.added(person, email).await;
        self.emails().verify(person, email, &code).await.expect("a verification")
    }
}

fn shown(addresses: &[Address]) -> Vec<(&str, bool, bool)> {
    addresses.iter().map(|one| (one.email.as_str(), one.is_default, one.is_verified)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_added_address_is_the_persons_once_its_code_is_given() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let (ada, emails) = (house.owner().await, house.emails());
        house.events().await;
        let (address, code) = house.added(ada, " Ada@Lovelace.example").await;
        assert_eq!(shown(std::slice::from_ref(&address)), [("Ada@Lovelace.example", false, false)]);
        assert_eq!(house.auth.by_email(SECOND).await.expect("a look-up"), None, "a claim is no ownership");
        assert_eq!(refusal(emails.verify(ada, SECOND, other_than(&code)).await), INVALID_CODE);
        let verified = emails.verify(ada, SECOND, &code).await.expect("a verification");
        assert_eq!(verified, Address { is_verified: true, ..address });
        let list = emails.list(ada).await.expect("a list");
        assert_eq!(shown(&list), [(EMAIL, true, true), ("Ada@Lovelace.example", false, true)]);
        house.auth.log_in(SECOND, &secret(PASSWORD)).await.expect("any verified address logs in");
        assert_eq!(refusal(emails.verify(ada, SECOND, &code).await), ALREADY_VERIFIED);
        assert_eq!(refusal(emails.resend(ada, SECOND).await), ALREADY_VERIFIED);
        let events = house.events().await;
        let names: Vec<_> = events.iter().map(|event| event.name.as_str()).collect();
        assert_eq!(names, ["user.email_added", "user.email_verified"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verified_address_is_in_use_and_a_mere_claim_is_not() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let (ada, emails) = (house.owner().await, house.emails());
        let eve = house.sign_up(EVE).await.person.id;
        assert_eq!(refusal(emails.add(ada, "EVE@example.com").await), IN_USE);
        assert_eq!(refusal(emails.add(ada, EMAIL).await), IN_USE, "one's own too");
        let (_, adas) = house.added(ada, SECOND).await;
        house.clock.advance(Duration::from_mins(1));
        let (_, eves) = house.added(eve, SECOND).await;
        emails.verify(eve, SECOND, &eves).await.expect("the other claim is no hindrance");
        assert_eq!(refusal(emails.verify(ada, SECOND, &adas).await), IN_USE, "looked at again");
        house.auth.log_in(SECOND, &secret(PASSWORD)).await.expect("eve's");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_good_for_one_claim_only() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let (ada, emails) = (house.owner().await, house.emails());
        let eve = house.sign_up(EVE).await.person.id;
        let (_, first) = house.added(ada, SECOND).await;
        house.clock.advance(Duration::from_mins(1));
        let (_, second) = house.added(eve, SECOND).await;
        if first != second {
            assert_eq!(refusal(emails.verify(eve, SECOND, &first).await), INVALID_CODE);
            assert_eq!(refusal(emails.verify(ada, SECOND, &second).await), INVALID_CODE);
        }
        let outcome = house.registration().verify(SECOND, &first, &client("192.0.2.1")).await;
        assert_eq!(refusal(outcome).1, "no_code", "nor does it sign anybody up");
        assert_eq!(refusal(emails.verify(ada, "ada@nowhere.example", &first).await), NOT_FOUND);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn adding_again_and_resending_keep_their_distance() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let (ada, emails) = (house.owner().await, house.emails());
        assert_eq!(refusal(emails.resend(ada, SECOND).await), NOT_FOUND);
        let (address, _) = house.added(ada, SECOND).await;
        let cooldown = (Kind::RateLimited, "resend_cooldown");
        assert_eq!(refusal(emails.add(ada, SECOND).await), cooldown);
        assert_eq!(refusal(emails.resend(ada, SECOND).await), cooldown);
        assert_eq!(refusal(house.registration().start(SECOND).await), cooldown, "codes share the quota");
        house.clock.advance(Duration::from_mins(1));
        let (again, code) = house.added(ada, "ADA@lovelace.example").await;
        assert_eq!(again, address, "the same claim");
        house.clock.advance(Duration::from_mins(10));
        assert_eq!(refusal(emails.verify(ada, SECOND, &code).await).1, "code_expired");
        assert_eq!(refusal(emails.add(ada, "nonsense").await), (Kind::Invalid, "validation_failed"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_default_is_known_at_once_on_this_node_and_soon_on_others() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let (ada, emails) = (house.owner().await, house.emails());
        let (claimed, code) = house.added(ada, SECOND).await;
        assert_eq!(refusal(emails.make_default(ada, claimed.id).await), NOT_VERIFIED);
        emails.verify(ada, SECOND, &code).await.expect("a verification");
        let other = house.another_node().await;
        let mut changes = mainstay_store::Changes::default();
        other.listen(&mut changes);
        changes.begin(&house.database).await.expect("the changes begin");
        for node in [&house.auth, &other] {
            assert_eq!(node.person(ada).await.expect("a look-up").expect("ada").email, EMAIL);
        }
        house.events().await;

        let address = emails.make_default(ada, claimed.id).await.expect("a new default");
        assert!(address.is_default);
        assert_eq!(house.auth.person(ada).await.expect("a look-up").expect("ada").email, SECOND);
        changes.catch_up(&house.database).await.expect("changes");
        assert_eq!(other.person(ada).await.expect("a look-up").expect("ada").email, SECOND);
        let letter = house.letter().await;
        assert_eq!(
            (letter.name.as_str(), letter.to.as_str(), letter.about.as_str()),
            ("default_address_changed", EMAIL, SECOND)
        );
        assert_eq!(house.events().await[0].name, "user.default_email_changed");
        emails.make_default(ada, claimed.id).await.expect("it is the default already");
        assert_eq!(house.letters().await, [], "and nothing is told");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_default_is_followed_by_the_one_verified_longest() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let (ada, emails) = (house.owner().await, house.emails());
        let (claim, _) = house.added(ada, "claimed@ada.example").await;
        house.clock.advance(Duration::from_secs(1));
        let (_, late) = house.added(ada, "late@ada.example").await;
        house.owned(ada, "early@ada.example").await;
        house.clock.advance(Duration::from_secs(1));
        emails.verify(ada, "late@ada.example", &late).await.expect("a verification");
        let first = emails.list(ada).await.expect("a list").remove(0);
        assert_eq!(first.email, EMAIL);

        emails.delete(ada, first.id).await.expect("a removal");
        assert_eq!(house.auth.person(ada).await.expect("a look-up").expect("ada").email, "early@ada.example");
        assert_eq!(house.letter().await.to, EMAIL, "the removed address is told");
        assert_eq!(house.auth.by_email(EMAIL).await.expect("a look-up"), None, "and is free");
        for (email, outcome) in [("late@ada.example", true), ("early@ada.example", false)] {
            let list = emails.list(ada).await.expect("a list");
            let one = list.iter().find(|one| one.email == email).expect("the address");
            let removed = emails.delete(ada, one.id).await;
            if outcome { removed.expect("a removal") } else { assert_eq!(refusal(removed), ONLY_VERIFIED) }
        }
        emails.delete(ada, claim.id).await.expect("a claim may always go");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_touches_anothers_addresses() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let (ada, emails) = (house.owner().await, house.emails());
        let eve = house.sign_up(EVE).await.person.id;
        let adas = house.owned(ada, SECOND).await;
        for id in [adas.id, Uuid::from_u128(1)] {
            assert_eq!(refusal(emails.make_default(eve, id).await), NOT_FOUND);
            assert_eq!(refusal(emails.delete(eve, id).await), NOT_FOUND);
        }
        assert_eq!(refusal(emails.resend(eve, SECOND).await), NOT_FOUND);
        assert_eq!(emails.list(ada).await.expect("a list").len(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_removals_at_once_one_verified_address_is_left() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let ada = house.owner().await;
        for number in 0..3 {
            house.owned(ada, &format!("ada{number}@example.com")).await;
        }
        let mut tasks = JoinSet::new();
        for address in house.emails().list(ada).await.expect("a list") {
            let emails = house.emails();
            tasks.spawn(async move { emails.delete(ada, address.id).await });
        }
        let refused = tasks.join_all().await.into_iter().filter(Result::is_err).count();
        let left = house.emails().list(ada).await.expect("a list");
        assert_eq!((refused, left.len()), (1, 1));
        assert!(left[0].is_default && left[0].is_verified);
    })
    .await;
}
