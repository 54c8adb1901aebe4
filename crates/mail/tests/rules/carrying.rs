//! What becomes of a letter that was posted.

use crate::house::House;
use crate::samples::{TO, every_kind, needed, notice, sign_up_code};
use mainstay_kernel::Clock as _;
use mainstay_mail::{Letter, SendError};
use mainstay_testkit::on_each_database;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_of_a_rolled_back_change_is_never_sent() {
    on_each_database(|database| async move {
        let mut house = House::new(database, vec![]);
        let rolled_back = house.table.roll_back(house.job(sign_up_code()), house.clock.now()).await;
        assert!(rolled_back.is_err());
        house.post(notice()).await;
        let workers = house.work();
        assert_eq!(house.next_sent().await.subject, "Your password for Acme was changed");
        workers.drain().await;
        assert!(house.sent.try_recv().is_err(), "only the letter of the change that was kept");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_jobs_table_shows_neither_code_nor_link_nor_recipient() {
    on_each_database(|database| async move {
        let house = House::new(database, vec![]);
        for content in every_kind() {
            house.post(content).await;
        }
        let rows = house.table.rows().await;
        assert_eq!(rows.len(), every_kind().len());
        for (content, row) in every_kind().iter().zip(rows) {
            assert!(row.contains("sealed"), "{row}");
            assert!(!row.contains(&needed(content)) && !row.contains(TO), "{row}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transient_failure_is_tried_again_with_the_very_same_mail() {
    on_each_database(|database| async move {
        let failure = SendError::Later("the mail server is busy".to_owned());
        let mut house = House::new(database, vec![Err(failure.clone()), Err(failure), Ok(())]);
        house.post(notice()).await;
        let workers = house.work();
        let attempts = [house.next_sent().await, house.next_sent().await, house.next_sent().await];
        workers.drain().await;
        assert!(attempts.iter().all(|sent| sent.whole == attempts[0].whole));
        assert_eq!(house.table.rows().await, Vec::<String>::new(), "sent is done");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permanent_failure_is_not_tried_again() {
    on_each_database(|database| async move {
        let mut house = House::new(database, vec![Err(SendError::Refused("550".to_owned()))]);
        house.post(notice()).await;
        let workers = house.work();
        house.next_sent().await;
        workers.drain().await;
        assert_eq!(house.table.rows().await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_none_holds_nobody_up() {
    on_each_database(|database| async move {
        let mut house = House::new(database, vec![]);
        for to in ["", "nobody", "a@b\r\nBcc: c@example.com", "a@b, c@d"] {
            house.post_letter(&Letter { to: to.to_owned(), content: sign_up_code() }).await;
        }
        house.post(notice()).await;
        let workers = house.work();
        assert_eq!(house.next_sent().await.subject, "Your password for Acme was changed");
        workers.drain().await;
        assert_eq!(house.table.rows().await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_sent_until_it_expires_and_not_after() {
    on_each_database(|database| async move {
        let mut house = House::new(database, vec![]);
        house.post(sign_up_code()).await;
        house.clock.advance(Duration::from_secs(1));
        house.post(sign_up_code()).await;
        house.clock.advance(Duration::from_secs(599));
        let workers = house.work();
        let sent = house.sent.recv().await.expect("the second code works for one more second");
        assert!(String::from_utf8_lossy(&sent.whole).contains("Date: Thu, 15 Jan 2026 10:30:01 +0000"));
        workers.drain().await;
        assert!(house.sent.try_recv().is_err(), "the first one has expired");
        assert_eq!(house.table.rows().await, Vec::<String>::new());
    })
    .await;
}
