//! Where a caller sits.

use actix_web::HttpRequest;
use actix_web::http::header::HeaderName;
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr};

/// The networks of proxies whose word on the caller's address is believed.
#[derive(Debug, Clone, Default)]
pub struct TrustedProxies(Vec<IpNet>);

static FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

impl TrustedProxies {
    /// From the setting.
    pub fn new(networks: Vec<IpNet>) -> Self {
        Self(networks)
    }

    /// The caller's address: the peer's, or, as long as the one who speaks is a trusted proxy,
    /// the one it names, read from the right. What stands further left anybody may have written.
    pub fn caller(&self, request: &HttpRequest) -> IpAddr {
        let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip().to_canonical());
        if !self.trusts(peer) {
            return peer;
        }
        let mut caller = peer;
        for header in request.headers().get_all(&FORWARDED_FOR).collect::<Vec<_>>().into_iter().rev() {
            for hop in header.to_str().unwrap_or_default().rsplit(',') {
                let Ok(address) = hop.trim().parse::<IpAddr>() else { return caller };
                caller = address.to_canonical();
                if !self.trusts(caller) {
                    return caller;
                }
            }
        }
        caller
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn caller(trusted: &[&str], peer: &str, forwarded: &str) -> String {
        let networks = trusted.iter().map(|network| network.parse().expect("a network")).collect();
        let peer = format!("{peer}:1234").parse().expect("an address");
        let request = TestRequest::default().peer_addr(peer).insert_header((FORWARDED_FOR.clone(), forwarded));
        TrustedProxies::new(networks).caller(&request.to_http_request()).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed_and_only_as_far_as_the_chain_is_trusted() {
        assert_eq!(caller(&[], "10.0.0.1", "1.2.3.4"), "10.0.0.1");
        assert_eq!(caller(&["10.0.0.0/8"], "10.0.0.1", "1.2.3.4"), "1.2.3.4");
        assert_eq!(caller(&["10.0.0.0/8"], "10.0.0.1", "6.6.6.6, 1.2.3.4, 10.0.0.9"), "1.2.3.4");
        assert_eq!(caller(&["10.0.0.0/8"], "10.0.0.1", "6.6.6.6, nonsense"), "10.0.0.1");
        assert_eq!(caller(&["10.0.0.0/8"], "10.0.0.1", ""), "10.0.0.1");
    }
}
