//! Visitors' numbers.

use super::hit::VisitorIds;
use super::salts::SaltPair;
use crate::domains::DomainId;
use mainstay_kernel::Secret;
use siphasher::sip::SipHasher24;
use std::hash::Hasher as _;
use std::net::IpAddr;

/// What a visitor is called on a domain: by the salts of the day and the day before, so that nobody who does not have
/// them can tell who it was, nor whether two visitors of two domains or of two days are one.
pub(super) fn ids(salts: &SaltPair, domain: DomainId, address: IpAddr, user_agent: &str) -> VisitorIds {
    let id = |salt: &Secret<[u8; 16]>| {
        // SipHash-2-4 is a keyed function whose key cannot be found from what it gives (Aumasson and Bernstein, 2012).
        let mut hasher = SipHasher24::new_with_key(salt.expose());
        hasher.write_i64(domain.0);
        match address.to_canonical() {
            IpAddr::V4(address) => hasher.write(&address.octets()),
            IpAddr::V6(address) => hasher.write(&address.octets()),
        }
        hasher.write_u8(0xff);
        hasher.write(user_agent.as_bytes());
        hasher.finish().cast_signed()
    };
    VisitorIds { today: id(&salts.today), yesterday: salts.yesterday.as_deref().map(id) }
}
