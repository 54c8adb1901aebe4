//! What is told of domains.

use super::model::Domain;
use crate::sites::Actor;
use mainstay_kernel::{Event, Ids, Timestamp};
use serde_json::json;

mainstay_kernel::event_types! {
    ADDED = "site.domain_added", "A domain was claimed for a site.";
    VERIFIED = "site.domain_verified", "A domain was shown to be its tenant's: the site answers there.";
    LOST = "site.domain_lost", "A domain was not shown to be its tenant's any longer: the site answers there no more.";
    REMOVED = "site.domain_removed", "A domain was taken from a site.";
    CERTIFICATE_SET = "site.certificate_set", "A domain of a site was given a certificate.";
    CERTIFICATE_FAILED = "site.certificate_failed", "A certificate for a domain could not be had; it is tried again later.";
    CERTIFICATE_REMOVED = "site.certificate_removed", "The certificate of a domain was taken away.";
}

/// An event of a domain. It tells no key.
pub(crate) fn of(domain: &Domain, name: &str, actor: Option<&Actor>, ids: &dyn Ids, at: Timestamp) -> Event {
    let data = json!({
        "site": domain.site.0,
        "domain": domain.name.as_str(),
        "status": domain.status.name(),
        "actor": actor.map(|actor| &actor.0),
    });
    Event::of(domain.workspace, name, data, ids, at)
}
