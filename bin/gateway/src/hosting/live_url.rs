//! Where sites are found.

use crate::config::Settings;
use mainstay_edge::PublicUrl;
use mainstay_hosting::sites::Site;
use std::net::SocketAddr;
use url::Url;

/// Makes addresses of sites: as the installation itself is reached, below the domain of sites or at a site's own; by HTTPS
/// where that is spoken with the domain's certificate.
pub(crate) struct LiveUrls {
    public: PublicUrl,
    scheme: String,
    domain: String,
    /// With its colon; nothing for the one that goes without saying.
    port: String,
    /// The same, where domains with certificates are spoken to.
    https_port: Option<String>,
}

impl LiveUrls {
    /// As the settings have it.
    pub(crate) fn of(settings: &Settings) -> Self {
        Self::new(&settings.public_url, &settings.hosting.domain, settings.hosting.https_listen)
    }

    fn new(public_url: &str, domain: &str, https: Option<SocketAddr>) -> Self {
        let url = Url::parse(public_url).ok();
        let port = url.as_ref().and_then(Url::port).map(|port| format!(":{port}")).unwrap_or_default();
        let scheme = url.map_or_else(|| "http".to_owned(), |url| url.scheme().to_owned());
        let https_port = https.map(|address| https_port(address.port()));
        Self { public: PublicUrl::new(public_url), scheme, domain: domain.to_owned(), port, https_port }
    }

    /// Where visitors find a site.
    pub(crate) fn of_site(&self, site: &Site) -> String {
        match (&site.domain, &self.https_port) {
            (None, _) => self.url(&self.host(&site.label)),
            (Some(own), Some(port)) if own.has_certificate => format!("https://{}{port}", own.name),
            (Some(own), _) => self.url(&own.name),
        }
    }

    fn url(&self, host: &str) -> String {
        format!("{}://{host}{}", self.scheme, self.port)
    }

    /// The host of the site of this label.
    pub(crate) fn host(&self, label: &str) -> String {
        format!("{label}.{}", self.domain)
    }

    /// Where this API has something.
    pub(crate) fn of_api(&self, path: &str) -> String {
        self.public.join(path)
    }
}

/// A port as it stands in an address that begins with `https`.
pub(crate) fn https_port(port: u16) -> String {
    if port == 443 { String::new() } else { format!(":{port}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_found_as_the_installation_is_below_its_own_domain() {
        let of = |public, domain| {
            let urls = LiveUrls::new(public, domain, None);
            urls.url(&urls.host("shop"))
        };
        assert_eq!(of("http://127.0.0.1:8080", "localhost"), "http://shop.localhost:8080");
        assert_eq!(of("https://mainstay.example.com/", "sites.example.net"), "https://shop.sites.example.net");
        assert_eq!((https_port(443), https_port(8443)), (String::new(), ":8443".to_owned()));
    }
}
