//! What programs are told of a proxy by their environment.

/// Names and values by which programs find the proxy at this address, and go by no proxy to their own loopback.
pub(crate) fn variables(address: &str) -> Vec<(&'static str, String)> {
    let proxies =
        ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"].map(|name| (name, format!("http://{address}")));
    let own = ["NO_PROXY", "no_proxy"].map(|name| (name, "localhost,127.0.0.1".to_owned()));
    // What Node.js itself fetches goes by the proxy only if it is told so.
    proxies.into_iter().chain(own).chain([("NODE_USE_ENV_PROXY", "1".to_owned())]).collect()
}
