//! Setting an installation up, and looking people up.

use crate::house::{EMAIL, House, PASSWORD, refusal, secret};
use mainstay_auth::{Auth, AuthService as _};
use mainstay_kernel::{Details, Fault as _, Kind, UserId};
use mainstay_testkit::on_each_database;
use std::sync::Arc;
use tokio::task::JoinSet;
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_gets_one_owner_and_tells_of_it_without_the_password() {
    on_each_database(async |database| {
        let house = House::empty(database).await;
        assert!(!house.auth.is_installed().await.expect("an answer"));
        let owner = house.auth.install_owner(" Ada@Example.com ", &secret(PASSWORD)).await.expect("an owner");
        assert!(house.auth.is_installed().await.expect("an answer"));
        assert!(owner.is_installation_owner);
        assert_eq!((owner.email.as_str(), owner.display_name.as_str()), ("Ada@Example.com", "Ada"));

        let again = house.auth.install_owner("eve@example.com", &secret(PASSWORD)).await;
        assert_eq!(refusal(again), (Kind::Conflict, "already_installed"));

        let events = house.events().await;
        assert_eq!(events.iter().map(|event| event.name.as_str()).collect::<Vec<_>>(), ["user.created"]);
        assert_eq!(events[0].data["user_id"], owner.id.to_string());
        assert!(!events[0].data.to_string().contains("argon2"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_set_up_at_once_one_becomes_the_owner() {
    on_each_database(async |database| {
        let house = House::empty(database).await;
        let mut tasks = JoinSet::new();
        for number in 0..6 {
            let auth = Arc::clone(&house.auth);
            tasks.spawn(async move { auth.install_owner(&format!("p{number}@example.com"), &secret(PASSWORD)).await });
        }
        let (made, refused): (Vec<_>, Vec<_>) = tasks.join_all().await.into_iter().partition(Result::is_ok);
        assert_eq!(made.len(), 1);
        for outcome in refused {
            assert_eq!(refusal(outcome), (Kind::Conflict, "already_installed"));
        }
        assert_eq!(house.events().await.len(), 1, "the others left nothing behind");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_field_is_named_at_once() {
    on_each_database(async |database| {
        let house = House::empty(database).await;
        let error = house.auth.install_owner("ada", &secret("short")).await.expect_err("a refusal");
        assert_eq!((error.kind(), error.code()), (Kind::Invalid, "validation_failed"));
        let Details::Fields(fields) = error.details() else { panic!("no fields") };
        let named: Vec<_> = fields.iter().map(|field| (field.field.as_str(), field.rule.as_str())).collect();
        assert_eq!(named, [("email", "email"), ("password", "minLength")]);
        assert!(!house.auth.is_installed().await.expect("an answer"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_found_by_id_and_by_exact_address() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let auth: &Auth = &house.auth;
        let ada = auth.by_email("ADA@example.COM").await.expect("a look-up").expect("the owner");
        assert_eq!(ada.email, EMAIL);
        for stranger in ["ada@example.co", "da@example.com", "nonsense", ""] {
            assert_eq!(auth.by_email(stranger).await.expect("a look-up"), None, "{stranger}");
        }
        let nobody = UserId(Uuid::from_u128(1));
        assert_eq!(auth.person(nobody).await.expect("a look-up"), None);
        assert_eq!(auth.people(&[nobody, ada.id]).await.expect("a look-up"), [Arc::clone(&ada)]);
        let first = auth.person(ada.id).await.expect("a look-up").expect("the owner");
        assert_eq!(first, ada);
        let remembered = auth.people(&[ada.id, nobody]).await.expect("a look-up");
        assert!(Arc::ptr_eq(&first, &remembered[0]), "whoever was looked up is at hand");
    })
    .await;
}
