//! Credits as they are sold.

use serde::Deserialize;

/// Most credits of a package, its bonus included.
const MOST_CREDITS: i64 = 1_000_000_000;
/// The highest price, in the smallest units of its currency.
const MOST_PRICE: i64 = 99_999_999;

/// A package as an operator writes it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    /// What it is called in requests.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// How many credits it has.
    pub credits: i64,
    /// How many come with them as a gift.
    #[serde(default)]
    pub bonus_credits: i64,
    /// What it costs, in the smallest units of the currency.
    pub price: i64,
    /// The currency (ISO 4217), in small letters.
    pub currency: String,
    /// Whether it is for sale.
    #[serde(default = "yes")]
    pub active: bool,
    /// After how many days its credits expire, counted from the settlement; never if that is not said.
    pub expires_after_days: Option<u16>,
}

const fn yes() -> bool {
    true
}

/// All packages, in the order in which they are shown. They can be sold as they are.
#[derive(Debug, Clone, Default)]
pub struct Packages(Vec<Package>);

/// A package cannot be sold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PackageError {
    /// Two packages have one id.
    #[error("the credit package {0:?} is there twice")]
    Twice(String),
    /// Something about it is wrong.
    #[error("the credit package {id:?} {why}")]
    Unfit {
        /// Which one.
        id: String,
        /// What.
        why: &'static str,
    },
}

impl Packages {
    /// The packages that an operator wrote.
    ///
    /// # Errors
    /// When one cannot be sold, with the first thing that is wrong.
    pub fn new(packages: Vec<Package>) -> Result<Self, PackageError> {
        for (place, package) in packages.iter().enumerate() {
            if packages.iter().take(place).any(|earlier| earlier.id == package.id) {
                return Err(PackageError::Twice(package.id.clone()));
            }
            if let Some(why) = package.why_unfit() {
                return Err(PackageError::Unfit { id: package.id.clone(), why });
            }
        }
        Ok(Self(packages))
    }

    /// All of them.
    pub fn all(&self) -> &[Package] {
        &self.0
    }

    /// The package of this id, if it is for sale.
    pub fn for_sale(&self, id: &str) -> Option<&Package> {
        self.0.iter().find(|package| package.id == id && package.active)
    }
}

impl Package {
    fn why_unfit(&self) -> Option<&'static str> {
        let is_id = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
        let total = self.credits.saturating_add(self.bonus_credits);
        if self.id.is_empty() || self.id.len() > 64 || !self.id.bytes().all(is_id) {
            Some("has no id of a-z, 0-9, - and _, 64 characters at most")
        } else if self.name.is_empty() || self.name.chars().count() > 255 {
            Some("has no name of 1 to 255 characters")
        } else if self.credits < 1 || self.bonus_credits < 0 || total > MOST_CREDITS {
            Some("has no number of credits from 1 to 1000000000, its bonus included")
        } else if !(1..=MOST_PRICE).contains(&self.price) {
            Some("has no price from 1 to 99999999")
        } else if self.currency.len() != 3 || !self.currency.bytes().all(|byte| byte.is_ascii_lowercase()) {
            Some("has no currency of three small letters, such as eur")
        } else if self.expires_after_days == Some(0) {
            Some("expires after no day at all")
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct File {
        credit_package: Vec<Package>,
    }

    fn packages(change: (&str, &str)) -> Result<Packages, String> {
        let sound = "[[credit_package]]\nid = 'a'\nname = 'A'\ncredits = 5\nprice = 100\ncurrency = 'eur'\n";
        let text = sound.replace(change.0, change.1);
        let file: File = toml::from_str(&text).map_err(|cause| cause.message().to_owned())?;
        Packages::new(file.credit_package).map_err(|cause| cause.to_string())
    }

    #[test]
    fn what_is_not_said_of_a_package_has_a_default() {
        let packages = packages(("", "")).expect("sound");
        let package = packages.for_sale("a").expect("for sale");
        assert_eq!((package.bonus_credits, package.active, package.expires_after_days), (0, true, None));
    }

    #[test]
    fn a_package_that_cannot_be_sold_says_why() {
        for (change, expected) in [
            (("id = 'a'", "id = 'A'"), "has no id"),
            (("name = 'A'", "name = ''"), "has no name"),
            (("credits = 5", "credits = 0"), "has no number of credits"),
            (("credits = 5", "credits = 1000000000\nbonus_credits = 1"), "has no number of credits"),
            (("price = 100", "price = 0"), "has no price"),
            (("'eur'", "'EUR'"), "has no currency"),
            (("price = 100", "price = 100\nexpires_after_days = 0"), "expires after no day"),
            (("price = 100", "prize = 100"), "unknown field `prize`"),
        ] {
            let problem = packages(change).expect_err(expected);
            assert!(problem.contains(expected), "{problem}");
        }
        let twice =
            Packages::new([packages(("", "")).expect("sound").0, packages(("", "")).expect("sound").0].concat());
        assert_eq!(twice.expect_err("twice"), PackageError::Twice("a".into()));
    }

    #[test]
    fn what_is_not_active_is_shown_and_not_for_sale() {
        let packages = packages(("price = 100", "price = 100\nactive = false")).expect("sound");
        assert_eq!((packages.all().len(), packages.for_sale("a")), (1, None));
    }
}
