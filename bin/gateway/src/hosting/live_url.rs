//! Where sites are found.

use mainstay_edge::PublicUrl;
use url::Url;

/// Makes addresses of sites: as the installation itself is reached, below the domain of sites.
pub(crate) struct LiveUrls {
    public: PublicUrl,
    scheme: String,
    domain: String,
    /// With its colon; nothing for the one that goes without saying.
    port: String,
}

impl LiveUrls {
    pub(crate) fn new(public_url: &str, domain: &str) -> Self {
        let url = Url::parse(public_url).ok();
        let port = url.as_ref().and_then(Url::port).map(|port| format!(":{port}")).unwrap_or_default();
        let scheme = url.map_or_else(|| "http".to_owned(), |url| url.scheme().to_owned());
        Self { public: PublicUrl::new(public_url), scheme, domain: domain.to_owned(), port }
    }

    /// Where visitors find the site of this label.
    pub(crate) fn of_site(&self, label: &str) -> String {
        format!("{}://{label}.{}{}", self.scheme, self.domain, self.port)
    }

    /// Where this API has something.
    pub(crate) fn of_api(&self, path: &str) -> String {
        self.public.join(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_found_as_the_installation_is_below_its_own_domain() {
        let of = |public, domain| LiveUrls::new(public, domain).of_site("shop");
        assert_eq!(of("http://127.0.0.1:8080", "localhost"), "http://shop.localhost:8080");
        assert_eq!(of("https://mainstay.example.com/", "sites.example.net"), "https://shop.sites.example.net");
    }
}
