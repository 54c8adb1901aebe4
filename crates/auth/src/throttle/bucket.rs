//! What failures are counted by.

use super::tally::Policy;
use crate::devices::{Recognised, Trust};
use crate::email::Email;
use crate::sessions::Client;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mainstay_kernel::UserId;
use sha2::{Digest, Sha256};
use std::net::IpAddr;
use std::time::Duration;

/// An account, guessed at from anywhere.
const ACCOUNT: Policy = Policy {
    free: 5,
    first: Duration::from_secs(5),
    most: Duration::from_mins(15),
    forgets_after: Duration::from_hours(24),
};
/// An address, behind which may be an office.
const ADDRESS: Policy = Policy {
    free: 20,
    first: Duration::from_secs(2),
    most: Duration::from_mins(15),
    forgets_after: Duration::from_mins(15),
};
/// An account, guessed at from a device that its person has used, or by whoever is logged in.
const DEVICE: Policy = Policy { free: 10, ..ACCOUNT };
/// The codes of a person, by whoever has the password.
const SECOND_FACTOR: Policy = Policy {
    free: 10,
    first: Duration::from_secs(30),
    most: Duration::from_hours(1),
    forgets_after: Duration::from_hours(24),
};

/// The codes that devices show, typed by one person. A right one wipes nothing out, since whoever guesses can have one
/// of their own; so an hour forgets.
const USER_CODE: Policy = Policy { forgets_after: Duration::from_hours(1), ..ACCOUNT };

/// Clients that register themselves from an address, behind which may be an office.
const REGISTRATION: Policy = Policy {
    free: 20,
    first: Duration::from_secs(30),
    most: Duration::from_hours(1),
    forgets_after: Duration::from_hours(24),
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Counted {
    Account,
    Address,
    Device,
    Inside,
    SecondFactor,
    UserCode,
    Registration,
}

impl Counted {
    const fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Address => "address",
            Self::Device => "device",
            Self::Inside => "inside",
            Self::SecondFactor => "second_factor",
            Self::UserCode => "user_code",
            Self::Registration => "registration",
        }
    }
}

/// Where the failures of one kind about one subject are counted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bucket {
    counted: Counted,
    subject: String,
}

impl Bucket {
    /// Whom the parts tell of is kept as a hash only. Only the last part may be of any length.
    fn new(counted: Counted, parts: &[&[u8]]) -> Self {
        let start = Sha256::new().chain_update(counted.name()).chain_update(b"\0");
        let hash = parts.iter().fold(start, Digest::chain_update).finalize();
        Self { counted, subject: URL_SAFE_NO_PAD.encode(hash) }
    }

    /// Its kind as it is stored.
    pub(super) const fn kind(&self) -> &'static str {
        self.counted.name()
    }

    /// Its subject as it is stored; of two kinds no two are the same.
    pub(super) fn subject(&self) -> &str {
        &self.subject
    }

    /// What failures cost here.
    pub(super) const fn policy(&self) -> Policy {
        match self.counted {
            Counted::Account => ACCOUNT,
            Counted::Address => ADDRESS,
            Counted::Device | Counted::Inside => DEVICE,
            Counted::SecondFactor => SECOND_FACTOR,
            Counted::UserCode => USER_CODE,
            Counted::Registration => REGISTRATION,
        }
    }

    /// Whether more than one person may be behind it: then no success wipes its failures out.
    pub(super) const fn is_shared(&self) -> bool {
        matches!(self.counted, Counted::Address | Counted::Registration)
    }
}

/// All that an attempt counts by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buckets(Vec<Bucket>);

impl Buckets {
    /// Of a password for an address, whether somebody has that address or not; all addresses of one person count
    /// together. From a device that its person has used, only what failed from there counts; from elsewhere, what
    /// failed from elsewhere and what failed from the same network address (the /64 of IPv6).
    pub fn of_password(email: &Email, person: Option<UserId>, device: Option<Recognised>, client: &Client) -> Self {
        let account = person.map_or_else(|| email.key().into_bytes(), |person| person.0.as_bytes().to_vec());
        if let Some(device) = trusted(device) {
            return Self(vec![Bucket::new(Counted::Device, &[&device, &account])]);
        }
        Self::from_place(Bucket::new(Counted::Account, &[&account]), client)
    }

    /// Of a code that some device shows, as a person types it: what failed of theirs in whatever session, and what
    /// failed from the same network address.
    pub fn of_user_code(person: UserId, client: &Client) -> Self {
        Self::from_place(Bucket::new(Counted::UserCode, &[person.0.as_bytes()]), client)
    }

    fn from_place(own: Bucket, client: &Client) -> Self {
        let address = client.address().map(|address| Bucket::new(Counted::Address, &[&subscriber(address)]));
        Self([own].into_iter().chain(address).collect())
    }

    /// Of the password of a person who is logged in: nobody outside can fail at it in their place.
    pub fn of_own_password(person: UserId) -> Self {
        Self(vec![Bucket::new(Counted::Inside, &[b"password\0", person.0.as_bytes()])])
    }

    /// Of a code of a person who is logged in.
    pub fn of_own_second_factor(person: UserId) -> Self {
        Self(vec![Bucket::new(Counted::Inside, &[b"code\0", person.0.as_bytes()])])
    }

    /// Of a code of a person at the door; what failed from a device that the person has used counts for that device
    /// alone.
    pub fn of_second_factor(person: UserId, device: Option<Recognised>) -> Self {
        let device = trusted(device).unwrap_or_default();
        Self(vec![Bucket::new(Counted::SecondFactor, &[person.0.as_bytes(), &device])])
    }

    /// Of a client that registers itself: each that does counts as a failure would, for the network address that it
    /// comes from (the /64 of IPv6).
    pub fn of_registration(client: &Client) -> Self {
        let address = client.address().map(|address| Bucket::new(Counted::Registration, &[&subscriber(address)]));
        Self(address.into_iter().collect())
    }

    /// The buckets in the one order in which everybody takes them.
    pub(super) fn into_sorted(self) -> Vec<Bucket> {
        let Self(mut buckets) = self;
        buckets.sort_unstable();
        buckets
    }
}

/// A device that the person has used, by what it is taken for one. Whoever only looks like it, from the same address,
/// counts apart from the one that has its token, and can so not shut that out.
fn trusted(device: Option<Recognised>) -> Option<Vec<u8>> {
    let Recognised { device, trust } = device?;
    let proof: &[u8] = match trust {
        Trust::Token => b"token",
        Trust::Likeness => b"likeness",
        Trust::None => return None,
    };
    Some([device.0.as_bytes(), proof].concat())
}

/// The part of an address that one subscriber has to themselves.
pub(crate) fn subscriber(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets()[..8].to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::devices::DeviceId;
    use uuid::Uuid;

    fn email(text: &str) -> Email {
        Email::parse(text).expect("an address")
    }

    fn from(address: &str) -> Buckets {
        Buckets::of_password(&email("ada@example.com"), None, None, &Client::new(address.parse().ok(), None))
    }

    #[test]
    fn a_subscriber_has_64_bits_of_ipv6_and_all_of_ipv4() {
        assert_eq!(from("2001:db8::1"), from("2001:db8::ffff:0:0:2"));
        assert_ne!(from("2001:db8::1"), from("2001:db8:0:1::1"));
        assert_ne!(from("192.0.2.1"), from("192.0.2.2"));
        assert_eq!(from("192.0.2.1"), from("::ffff:192.0.2.1"));
    }

    const fn device(id: u128, trust: Trust) -> Recognised {
        Recognised { device: DeviceId(Uuid::from_u128(id)), trust }
    }

    #[test]
    fn a_known_device_counts_alone_and_each_for_itself() {
        let of =
            |id, trust, text| Buckets::of_password(&email(text), None, Some(device(id, trust)), &Client::default());
        let ada = of(1, Trust::Token, "ada@example.com");
        assert_eq!(ada.0.len(), 1);
        assert_ne!(ada, of(2, Trust::Token, "ada@example.com"));
        assert_ne!(ada, of(1, Trust::Token, "eve@example.com"));
        assert_ne!(ada, of(1, Trust::Likeness, "ada@example.com"), "who looks like it is not it");
        let nobody = Buckets::of_password(&email("ada@example.com"), None, None, &Client::default());
        assert_eq!(of(1, Trust::None, "ada@example.com"), nobody);
    }

    #[test]
    fn whoever_is_inside_counts_apart_from_those_at_the_door() {
        let ada = UserId(Uuid::from_u128(7));
        let all = [
            Buckets::of_password(&email("ada@example.com"), Some(ada), None, &Client::default()),
            Buckets::of_own_password(ada),
            Buckets::of_own_second_factor(ada),
            Buckets::of_second_factor(ada, None),
            Buckets::of_second_factor(ada, Some(device(1, Trust::Token))),
            Buckets::of_second_factor(ada, Some(device(1, Trust::Likeness))),
        ];
        for (at, one) in all.iter().enumerate() {
            assert!(all[at + 1..].iter().all(|other| other != one), "{at}");
        }
    }

    #[test]
    fn all_addresses_of_a_person_count_together() {
        let of = |text| Buckets::of_password(&email(text), Some(UserId(Uuid::nil())), None, &Client::default());
        assert_eq!(of("ada@example.com"), of("ada@home.example"));
    }

    #[test]
    fn case_makes_no_other_account_and_no_address_can_be_read_back() {
        let of = |text| Buckets::of_password(&email(text), None, None, &Client::default());
        assert_eq!(of("Ada@Example.com"), of("ada@example.com"));
        assert!(!format!("{:?}", of("ada@example.com")).contains("ada"));
    }
}
