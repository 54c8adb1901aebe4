//! Mails through a mail server.

use crate::house::House;
use crate::samples::{CODE, notice, rendered, sign_up_code};
use crate::smtp_server::{Script, SmtpServer};
use mainstay_mail::{SendError, transport};
use mainstay_testkit::on_each_database;
use tokio::sync::mpsc;

const PASSWORD: &str = "hunter2";

/// What comes of a mail through a server with this script, and what the server heard.
async fn submit(script: Script, user: &str, options: &str) -> (Result<(), SendError>, String) {
    let mut server = SmtpServer::start(script).await;
    let way = transport::open(&format!("smtp://{user}{}{options}", server.address)).expect("a transport");
    let sent = way.send(&rendered(sign_up_code())).await;
    (sent, server.all_heard())
}

fn later(sent: Result<(), SendError>) -> String {
    match sent {
        Err(SendError::Later(sentence)) => sentence,
        other => panic!("{other:?} should have been tried again"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_posted_letter_reaches_the_mail_server() {
    on_each_database(|database| async move {
        let mut server = SmtpServer::start(&[]).await;
        let way = transport::open(&format!("smtp://{}", server.address)).expect("a transport");
        let house = House::with(database, way, mpsc::unbounded_channel().1);
        house.post(sign_up_code()).await;
        let workers = house.work();
        let mail = loop {
            let said = server.heard.recv().await.expect("the server listens");
            if said.contains("Message-ID: ") {
                break said;
            }
        };
        workers.drain().await;
        assert!(mail.contains("To: ada@example.com\r\n") && mail.contains(CODE), "{mail}");
        assert_eq!(house.table.rows().await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn the_envelope_names_sender_and_recipient() {
    let (sent, heard) = submit(&[], "", "").await;
    assert_eq!(sent, Ok(()));
    assert!(heard.contains("MAIL FROM:<hello@acme.example>") && heard.contains("RCPT TO:<ada@example.com>"), "{heard}");
}

#[tokio::test]
async fn what_the_server_refuses_for_good_is_refused() {
    let scripts: [Script; 3] =
        [&[("RCPT", "550 5.1.1 nobody here")], &[("MAIL", "553 not from you")], &[(".", "554 no thanks")]];
    for script in scripts {
        let code = script[0].1[..3].to_owned();
        assert_eq!(submit(script, "", "").await.0, Err(SendError::Refused(code)));
    }
}

#[tokio::test]
async fn what_the_server_cannot_take_now_is_tried_again() {
    let scripts: [Script; 6] = [
        &[("CONNECT", "421 too many of you")],
        &[("CONNECT", "554 not today")],
        &[("EHLO", "502 what?")],
        &[("RCPT", "451 grey")],
        &[("MAIL", "530 log in first")],
        &[(".", "452 full")],
    ];
    for script in scripts {
        later(submit(script, "", "").await.0);
    }
}

#[tokio::test]
async fn a_server_that_is_away_is_tried_again() {
    let way = transport::open("smtp://127.0.0.1:1").expect("a transport");
    let sentence = later(way.send(&rendered(notice())).await);
    assert!(sentence.starts_with("the mail server 127.0.0.1 is not there"), "{sentence}");
    later(way.check().await);
}

#[tokio::test]
async fn a_reply_that_quotes_the_mail_is_not_passed_on() {
    let sentence = later(submit(&[(".", "451 looks like spam: 482913")], "", "").await.0);
    assert!(sentence.ends_with("answers 451") && !sentence.contains(CODE), "{sentence}");
}

#[tokio::test]
async fn a_server_that_does_not_say_goodbye_has_taken_the_mail() {
    assert_eq!(submit(&[("QUIT", "421 whatever")], "", "").await.0, Ok(()));
}

#[tokio::test]
async fn a_password_is_not_sent_unencrypted_unless_the_setting_says_so() {
    let user = format!("mailer:{PASSWORD}@");
    let (sent, heard) = submit(&[], &user, "").await;
    let sentence = later(sent);
    assert!(!heard.contains("AUTH") && !heard.contains("MAIL") && !sentence.contains(PASSWORD), "{heard} {sentence}");
    let (sent, heard) = submit(&[], &user, "?tls=none").await;
    assert_eq!(sent, Ok(()));
    assert!(heard.contains("AUTH PLAIN AG1haWxlcgBodW50ZXIy"), "{heard}");
}

#[tokio::test]
async fn a_wrong_password_is_the_operators_to_mend_and_loses_no_mail() {
    let user = format!("mailer:{PASSWORD}@");
    let sentence = later(submit(&[("AUTH", "535 wrong")], &user, "?tls=none").await.0);
    assert!(sentence.contains("535") && !sentence.contains(PASSWORD), "{sentence}");
}

#[tokio::test]
async fn where_encryption_is_required_nothing_is_sent_without() {
    let (sent, heard) = submit(&[], "", "?tls=required").await;
    later(sent);
    assert!(!heard.contains("MAIL"), "{heard}");
}

#[tokio::test]
async fn a_check_logs_in_and_sends_nothing() {
    let mut server = SmtpServer::start(&[]).await;
    let url = format!("smtp://mailer:{PASSWORD}@{}?tls=none", server.address);
    transport::open(&url).expect("a transport").check().await.expect("the server is there");
    let heard = server.all_heard();
    assert!(heard.contains("AUTH") && !heard.contains("MAIL"), "{heard}");
}
