//! What programs in a box are told of it by their environment.

use super::toolchains::Toolchains;
use crate::egress::variables;
use std::path::Path;

/// Where a box reaches the network, on its own loopback.
pub(super) const PROXY_PORT: u16 = 3128;
/// Where a box shows the folder that tools keep their own files in. Not `/home` itself, where the host may have toolchains.
pub(super) const HOME: &str = "/home/site";

/// Where systems keep the certificates of those whom they believe in one file; boxes show all of these.
const BUNDLES: [&str; 3] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
];
/// Names by which tools are told of that file. Some bring certificates of their own, and would not believe an authority
/// that the operator added to the system.
const TRUST: [&str; 7] = [
    "SSL_CERT_FILE",
    "NODE_EXTRA_CA_CERTS",
    "PIP_CERT",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "CARGO_HTTP_CAINFO",
    "GIT_SSL_CAINFO",
];

/// What every build is told: where programs are, and that nobody sits in front of it.
pub(super) fn usual(toolchains: &Toolchains) -> Vec<(String, String)> {
    let told = [
        ("HOME", HOME),
        ("LANG", "C.UTF-8"),
        ("CI", "true"),
        // Tools that ask their makers about themselves take longer, and tell nobody who reads.
        ("npm_config_update_notifier", "false"),
        ("npm_config_fund", "false"),
        ("npm_config_audit", "false"),
        ("PIP_DISABLE_PIP_VERSION_CHECK", "1"),
    ];
    let told = told.map(|(name, value)| (name.to_owned(), value.to_owned()));
    [("PATH".to_owned(), toolchains.path())].into_iter().chain(told).collect()
}

/// Where the network is reached, and who is believed there.
pub(super) fn network() -> Vec<(String, String)> {
    let told = variables(&format!("127.0.0.1:{PROXY_PORT}"));
    told.into_iter().map(|(name, value)| (name.to_owned(), value)).chain(trust()).collect()
}

/// Who is believed by those who go out.
pub(super) fn trust() -> impl Iterator<Item = (String, String)> {
    let bundle = BUNDLES.into_iter().find(|bundle| Path::new(bundle).is_file());
    bundle.into_iter().flat_map(|bundle| TRUST.map(|name| (name.to_owned(), bundle.to_owned())))
}
