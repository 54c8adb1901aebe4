//! Which master key an installation uses.

use mainstay_kernel::{Keyring, Secret, SystemIds};
use mainstay_store::StoreError;
use mainstay_store::installation::check_master_key;
use mainstay_testkit::on_each_database;

fn ring(keys: &[&Secret<String>]) -> Keyring {
    let text = keys.iter().map(|key| key.expose().as_str()).collect::<Vec<_>>().join(",");
    Keyring::parse(&Secret::new(text)).expect("a keyring")
}

#[tokio::test(flavor = "multi_thread")]
async fn another_master_key_than_the_first_is_refused() {
    on_each_database(|database| async move {
        let (first, other) = (Keyring::generate(&SystemIds), Keyring::generate(&SystemIds));
        check_master_key(&database, &ring(&[&first]), &SystemIds).await.expect("a new database takes any");
        check_master_key(&database, &ring(&[&first]), &SystemIds).await.expect("the same again");
        let refused = check_master_key(&database, &ring(&[&other]), &SystemIds).await;
        assert!(matches!(refused, Err(StoreError::Damaged(_))), "{refused:?}");
        check_master_key(&database, &ring(&[&other, &first]), &SystemIds).await.expect("a ring that still holds it");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_keys_that_come_at_once_one_stands() {
    on_each_database(|database| async move {
        let rings = [Keyring::generate(&SystemIds), Keyring::generate(&SystemIds)].map(|key| ring(&[&key]));
        let [one, two] = &rings;
        let checks =
            tokio::join!(check_master_key(&database, one, &SystemIds), check_master_key(&database, two, &SystemIds));
        assert_ne!(checks.0.is_ok(), checks.1.is_ok());
    })
    .await;
}
