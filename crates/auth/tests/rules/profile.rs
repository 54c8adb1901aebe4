//! What people say of themselves.

use crate::house::{EMAIL, House, refusal};
use mainstay_auth::{AuthService as _, NameOrder, ProfileChange, ProfileService as _};
use mainstay_kernel::{Details, Fault as _, Kind, Patch, UserId};
use mainstay_testkit::on_each_database;
use std::time::Duration;
use tokio::task::JoinSet;
use uuid::Uuid;

fn set(text: &str) -> Patch<String> {
    Patch::Set(text.to_owned())
}

fn named(username: &str) -> ProfileChange {
    ProfileChange { username: set(username), ..ProfileChange::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_begins_with_the_address_and_changes_field_by_field() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let profiles = house.profiles();
        let ada = house.auth.by_email(EMAIL).await.expect("a look-up").expect("ada").id;
        let fresh = profiles.me(ada).await.expect("a profile");
        assert_eq!((fresh.name(), fresh.display_name.as_deref()), ("ada".to_owned(), Some("ada")));
        assert!(fresh.is_email_verified());
        assert_eq!((fresh.email.as_str(), fresh.emails.len()), (EMAIL, 1));
        house.events().await;

        house.clock.advance(Duration::from_secs(1));
        let change = ProfileChange {
            surname: set(" Lovelace "),
            given_names: set("Ada Augusta"),
            preferred_order: Patch::Set(NameOrder::Eastern),
            username: set("Ada_1815"),
            ..ProfileChange::default()
        };
        let changed = profiles.update(ada, change).await.expect("a change");
        assert_eq!(changed.name(), "Lovelace Ada Augusta");
        assert_eq!(changed.username.as_deref(), Some("Ada_1815"));
        assert!(changed.updated_at > fresh.updated_at);
        let event = house.events().await.remove(0);
        assert_eq!(event.name, "user.updated");
        assert_eq!(event.data["fields"], serde_json::json!(["surname", "given_names", "preferred_order", "username"]));

        let cleared = ProfileChange {
            surname: Patch::Clear,
            given_names: Patch::Clear,
            preferred_order: Patch::Clear,
            display_name: Patch::Clear,
            ..ProfileChange::default()
        };
        let cleared = profiles.update(ada, cleared).await.expect("a change");
        assert_eq!((cleared.name(), cleared.display_name), ("Ada_1815".to_owned(), None), "the username stays");
        let nameless = ProfileChange { username: Patch::Clear, ..ProfileChange::default() };
        assert_eq!(profiles.update(ada, nameless).await.expect("a change").name(), "ada");
        assert_eq!(house.auth.person(ada).await.expect("a look-up").expect("ada").display_name, "ada");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_change_changes_nothing() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let ada = house.auth.by_email(EMAIL).await.expect("a look-up").expect("ada").id;
        let before = house.profiles().me(ada).await.expect("a profile");
        house.events().await;
        house.clock.advance(Duration::from_secs(1));
        let after = house.profiles().update(ada, ProfileChange::default()).await.expect("a profile");
        assert_eq!(after, before);
        assert_eq!(house.events().await.len(), 0);
        let nobody = UserId(Uuid::from_u128(1));
        assert_eq!(refusal(house.profiles().me(nobody).await), (Kind::Unauthenticated, "unauthenticated"));
        let outcome = house.profiles().update(nobody, named("nobody1")).await;
        assert_eq!(refusal(outcome), (Kind::Unauthenticated, "unauthenticated"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_display_name_is_known_at_once() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let ada = house.auth.by_email(EMAIL).await.expect("a look-up").expect("ada").id;
        let mut changes = house.changes().await;
        house.auth.person(ada).await.expect("remembered");
        let change = ProfileChange { display_name: set("Countess"), ..ProfileChange::default() };
        house.profiles().update(ada, change).await.expect("a change");
        assert_eq!(house.auth.person(ada).await.expect("a look-up").expect("ada").display_name, "Countess");
        assert_eq!(changes.catch_up(&house.database).await.expect("changes"), 1, "other nodes hear of it");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_text_is_named_and_nothing_changes() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let ada = house.auth.by_email(EMAIL).await.expect("a look-up").expect("ada").id;
        let change = ProfileChange {
            surname: set(""),
            given_names: set("Ada"),
            native_script: set(&"x".repeat(101)),
            ..ProfileChange::default()
        };
        let error = house.profiles().update(ada, change).await.expect_err("a refusal");
        let Details::Fields(fields) = error.details() else { panic!("no fields") };
        let fields: Vec<_> = fields.iter().map(|field| (field.field.as_str(), field.rule.as_str())).collect();
        assert_eq!(fields, [("surname", "minLength"), ("nativeScript", "maxLength")]);
        assert_eq!(house.profiles().me(ada).await.expect("a profile").given_names, None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_username_is_one_persons_whatever_its_case() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let profiles = house.profiles();
        let ada = house.auth.by_email(EMAIL).await.expect("a look-up").expect("ada").id;
        let eve = house.sign_up("eve@example.com").await.person.id;
        profiles.update(ada, named("Countess")).await.expect("a username");
        assert_eq!(refusal(profiles.update(eve, named("COUNTESS")).await), (Kind::Conflict, "username_taken"));
        assert_eq!(refusal(profiles.update(eve, named("x")).await), (Kind::Malformed, "username_invalid"));
        assert_eq!(refusal(profiles.update(eve, named("Admin")).await), (Kind::Malformed, "username_reserved"));
        profiles.update(ada, named("countess")).await.expect("one's own in another case");
        let gone = ProfileChange { username: Patch::Clear, ..ProfileChange::default() };
        profiles.update(ada, gone).await.expect("none");
        profiles.update(eve, named("countess")).await.expect("it is free again");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_want_a_username_at_once_one_gets_it() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let mut people = Vec::new();
        for number in 0..4 {
            people.push(house.sign_up(&format!("p{number}@example.com")).await.person.id);
        }
        let mut tasks = JoinSet::new();
        for person in people {
            let profiles = house.profiles();
            tasks.spawn(async move { profiles.update(person, named("wanted")).await });
        }
        let (got, refused): (Vec<_>, Vec<_>) = tasks.join_all().await.into_iter().partition(Result::is_ok);
        assert_eq!(got.len(), 1);
        for outcome in refused {
            assert_eq!(refusal(outcome), (Kind::Conflict, "username_taken"));
        }
    })
    .await;
}
