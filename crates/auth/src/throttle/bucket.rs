//! What failures are counted by.

use super::tally::Policy;
use crate::devices::{DeviceId, Recognised};
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
    free: 100,
    first: Duration::from_secs(2),
    most: Duration::from_mins(15),
    forgets_after: Duration::from_hours(1),
};
/// An account, guessed at from a device that its person has used.
const DEVICE: Policy = Policy { free: 10, ..ACCOUNT };
/// The codes of a person, by whoever has the password.
const SECOND_FACTOR: Policy = Policy {
    free: 10,
    first: Duration::from_secs(30),
    most: Duration::from_hours(1),
    forgets_after: Duration::from_hours(24),
};

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
    SecondFactor,
    Registration,
}

impl Counted {
    const fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Address => "address",
            Self::Device => "device",
            Self::SecondFactor => "second_factor",
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
            Counted::Device => DEVICE,
            Counted::SecondFactor => SECOND_FACTOR,
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
    /// Of a password for an address, whether somebody has that address or not. From a device that its person has
    /// used, only what failed from there counts; from elsewhere, what failed from elsewhere and what failed from the
    /// same network address (the /64 of IPv6).
    pub fn of_password(email: &Email, device: Option<Recognised>, client: &Client) -> Self {
        let key = email.key();
        if let Some(device) = trusted(device) {
            return Self(vec![Bucket::new(Counted::Device, &[device.0.as_bytes(), key.as_bytes()])]);
        }
        let account = Bucket::new(Counted::Account, &[key.as_bytes()]);
        let address = client.address().map(|address| Bucket::new(Counted::Address, &[&subscriber(address)]));
        Self([account].into_iter().chain(address).collect())
    }

    /// Of a code of a person; what failed from a device that the person has used counts for that device alone.
    pub fn of_second_factor(person: UserId, device: Option<Recognised>) -> Self {
        let device = trusted(device).map(|device| device.0.into_bytes()).unwrap_or_default();
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

fn trusted(device: Option<Recognised>) -> Option<DeviceId> {
    device.filter(|recognised| recognised.is_trusted).map(|recognised| recognised.device)
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
    use uuid::Uuid;

    fn email(text: &str) -> Email {
        Email::parse(text).expect("an address")
    }

    fn from(address: &str) -> Buckets {
        Buckets::of_password(&email("ada@example.com"), None, &Client::new(address.parse().ok(), None))
    }

    #[test]
    fn a_subscriber_has_64_bits_of_ipv6_and_all_of_ipv4() {
        assert_eq!(from("2001:db8::1"), from("2001:db8::ffff:0:0:2"));
        assert_ne!(from("2001:db8::1"), from("2001:db8:0:1::1"));
        assert_ne!(from("192.0.2.1"), from("192.0.2.2"));
        assert_eq!(from("192.0.2.1"), from("::ffff:192.0.2.1"));
    }

    #[test]
    fn a_known_device_counts_alone_and_each_for_itself() {
        let device = |id| Some(Recognised { device: DeviceId(Uuid::from_u128(id)), is_trusted: true });
        let of = |id, text| Buckets::of_password(&email(text), device(id), &Client::default());
        assert_eq!(of(1, "ada@example.com").0.len(), 1);
        assert_ne!(of(1, "ada@example.com"), of(2, "ada@example.com"));
        assert_ne!(of(1, "ada@example.com"), of(1, "eve@example.com"));
        let alike = device(1).map(|device| Recognised { is_trusted: false, ..device });
        let alike = Buckets::of_password(&email("ada@example.com"), alike, &Client::default());
        assert_eq!(alike, Buckets::of_password(&email("ada@example.com"), None, &Client::default()));
        let ada = UserId(Uuid::from_u128(7));
        assert_ne!(Buckets::of_second_factor(ada, None), Buckets::of_second_factor(ada, device(1)));
    }

    #[test]
    fn case_makes_no_other_account_and_no_address_can_be_read_back() {
        let of = |text| Buckets::of_password(&email(text), None, &Client::default());
        assert_eq!(of("Ada@Example.com"), of("ada@example.com"));
        assert!(!format!("{:?}", of("ada@example.com")).contains("ada"));
    }
}
