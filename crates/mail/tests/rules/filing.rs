//! Mails as files.

use crate::samples::{CODE, brand, letter, notice, sign_up_code};
use mainstay_kernel::{Ids as _, SystemIds, Timestamp};
use mainstay_mail::{Content, Message, Posted, Transport, UrlError, render, transport};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

fn written(content: Content, seconds: i64) -> Message {
    let posted = Posted { id: SystemIds.uuid(), at: Timestamp::from_seconds(seconds), letter: letter(content) };
    render(&posted, &brand()).expect("rendered")
}

fn open(folder: &Path) -> Arc<dyn Transport> {
    transport::open(&format!("file://{}", folder.display())).expect("a transport")
}

/// All files, hidden ones too, by name.
fn files(folder: &Path) -> Vec<(String, String)> {
    let entries = fs::read_dir(folder).expect("a folder").flatten();
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let read = |path: &Path| fs::read_to_string(path).expect("a file");
    let mut files: Vec<_> = entries.map(|entry| (name(&entry.path()), read(&entry.path()))).collect();
    files.sort();
    files
}

#[tokio::test]
async fn the_names_of_mails_sort_by_time() {
    let folder = TempDir::new().expect("a folder");
    let folder = folder.path().join("made/when/needed");
    let way = open(&folder);
    way.send(&written(notice(), 1_000_000_000)).await.expect("sent");
    way.send(&written(sign_up_code(), 999_999_999)).await.expect("sent");
    let files = files(&folder);
    assert_eq!(files.len(), 2, "{files:?}");
    assert!(files.iter().all(|(name, _)| Path::new(name).extension().is_some_and(|kind| kind == "eml")), "{files:?}");
    assert!(files[0].1.contains(CODE), "the older one comes first");
}

#[tokio::test]
async fn a_second_attempt_replaces_the_first() {
    let folder = TempDir::new().expect("a folder");
    let (way, message) = (open(folder.path()), written(notice(), 1));
    way.send(&message).await.expect("sent");
    way.send(&message).await.expect("sent again");
    assert_eq!(files(folder.path()).len(), 1);
}

#[tokio::test]
async fn a_check_leaves_nothing_behind() {
    let folder = TempDir::new().expect("a folder");
    open(folder.path()).check().await.expect("writable");
    assert_eq!(files(folder.path()), []);
}

#[tokio::test]
async fn a_folder_that_takes_no_file_is_told_of() {
    let folder = TempDir::new().expect("a folder");
    let occupied = folder.path().join("occupied");
    fs::write(&occupied, "a file").expect("written");
    assert!(open(&occupied).check().await.is_err());
    assert!(open(&occupied).send(&written(notice(), 1)).await.is_err());
}

#[test]
fn a_setting_that_names_no_transport_says_why() {
    let cases = [
        ("", UrlError::Scheme),
        ("log:x", UrlError::Scheme),
        ("sendmail:", UrlError::Scheme),
        ("file:", UrlError::Folder),
        ("file://", UrlError::Folder),
        ("smtp://", UrlError::Server),
        ("smtp:host", UrlError::Server),
        ("smtp://user@host", UrlError::Server),
        ("smtp://host:99999", UrlError::Server),
        ("smtp://host/path", UrlError::Option),
        ("smtp://host?tls=maybe", UrlError::Option),
        ("smtp://host?starttls=1", UrlError::Option),
        ("smtps://host?tls=none", UrlError::Option),
    ];
    for (url, expected) in cases {
        assert_eq!(transport::open(url).err(), Some(expected), "{url}");
    }
    for url in ["log:", "file://mails", "smtp://host", "smtp://[::1]:25?tls=none", "smtps://u:p%40ss@host:465/"] {
        assert!(transport::open(url).is_ok(), "{url}");
    }
}
