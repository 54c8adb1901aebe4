//! Where addresses are, by a file in the format of `MaxMind`.

use maxminddb::{Reader, path};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::Path;

/// Tells the country of an address.
#[derive(Default)]
pub struct Places(Option<Reader<Vec<u8>>>);

/// The file cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct BadPlaces(String);

impl Places {
    /// Knows no place.
    pub const fn unknown() -> Self {
        Self(None)
    }

    /// Reads a file of countries or cities, such as GeoLite2-Country.mmdb.
    ///
    /// # Errors
    /// [`BadPlaces`] when it cannot be read, or is of another format.
    pub fn open(file: &Path) -> Result<Self, BadPlaces> {
        let reader = Reader::open_readfile(file).map_err(|cause| BadPlaces(cause.to_string()))?;
        Ok(Self(Some(reader)))
    }

    /// The country of an address, as ISO 3166-1 alpha-2 has it; empty where it is not known. The last part of the address,
    /// which tells one household from the next, is not looked at.
    pub(super) fn country(&self, address: IpAddr) -> String {
        let Some(reader) = &self.0 else { return String::new() };
        let found = reader.lookup(truncated(address)).ok();
        let code = found.and_then(|found| {
            let nested = found.decode_path::<String>(&path!["country", "iso_code"]).ok().flatten();
            // Some free files have the code alone.
            nested.or_else(|| found.decode_path::<String>(&path!["country_code"]).ok().flatten())
        });
        code.filter(|code| code.len() == 2 && code.is_ascii()).unwrap_or_default().to_ascii_uppercase()
    }
}

/// An address without its last part: 24 bits of IPv4 remain, 48 of IPv6.
fn truncated(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            IpAddr::V4(Ipv4Addr::new(a, b, c, 0))
        }
        IpAddr::V6(address) => {
            let [a, b, c, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_part_of_an_address_is_not_looked_at() {
        let cut = |text: &str| truncated(text.parse().expect("an address")).to_string();
        assert_eq!(cut("203.0.113.77"), "203.0.113.0");
        assert_eq!(cut("::ffff:203.0.113.77"), "203.0.113.0");
        assert_eq!(cut("2001:db8:1:2:3:4:5:6"), "2001:db8:1::");
    }

    #[test]
    fn without_a_file_no_place_is_known() {
        assert_eq!(Places::unknown().country(IpAddr::from([203, 0, 113, 7])), "");
        assert!(Places::open(Path::new("/nonexistent.mmdb")).is_err());
    }
}
