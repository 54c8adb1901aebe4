//! The letters that a gateway sends: it puts them into a folder.

use super::PATIENCE;
use mailparse::{MailHeaderMap as _, ParsedMail, parse_mail};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// A letter as its reader sees it.
#[derive(Debug, Clone)]
pub struct Letter {
    /// What it is about.
    pub subject: String,
    /// Its plain text.
    pub text: String,
}

impl Letter {
    /// The six digits in it.
    ///
    /// # Panics
    /// When there are none.
    pub fn code(&self) -> String {
        let mut words = self.text.split(|letter: char| !letter.is_ascii_alphanumeric());
        let is_code = |word: &&str| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit());
        words.find(is_code).unwrap_or_else(|| panic!("no code in {self:?}")).to_owned()
    }

    /// The first link in it.
    ///
    /// # Panics
    /// When there is none.
    pub fn link(&self) -> String {
        let link = self.text.split_whitespace().find(|word| word.starts_with("http"));
        link.unwrap_or_else(|| panic!("no link in {self:?}")).to_owned()
    }

    /// What its link carries: the value of its query, or the end of its path.
    ///
    /// # Panics
    /// When there is no link.
    pub fn token(&self) -> String {
        self.link().rsplit(['/', '=']).next().expect("a split has parts").to_owned()
    }
}

/// Where a gateway over this data directory puts its mail.
pub(super) fn folder(data: &Path) -> PathBuf {
    data.join("mails")
}

/// Takes the oldest letter to this address out of the folder, when one comes.
pub(super) async fn letter_to(data: &Path, email: &str) -> Letter {
    let begun = Instant::now();
    loop {
        if let Some(letter) = take(&folder(data), email) {
            return letter;
        }
        assert!(begun.elapsed() < PATIENCE, "no letter to {email} comes");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn take(folder: &Path, email: &str) -> Option<Letter> {
    let mut files: Vec<_> = fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "eml"));
    files.sort();
    let (path, letter) = files.into_iter().find_map(|path| {
        let content = fs::read(&path).ok()?;
        let mail = parse_mail(&content).ok()?;
        let to = mail.headers.get_first_value("To")?;
        to.contains(email).then(|| (path, read(&mail)))
    })?;
    fs::remove_file(path).ok()?;
    Some(letter)
}

fn read(mail: &ParsedMail<'_>) -> Letter {
    let subject = mail.headers.get_first_value("Subject").unwrap_or_default();
    let plain = mail.parts().find(|part| part.ctype.mimetype == "text/plain");
    Letter { subject, text: plain.and_then(|part| part.get_body().ok()).unwrap_or_default() }
}
