//! What is told of domains.

mainstay_kernel::event_types! {
    DOMAIN_CREATED = "tracking_domain.created", "A domain was registered for tracking.";
    DOMAIN_UPDATED = "tracking_domain.updated", "What is tracked on a domain was changed.";
    DOMAIN_DELETED = "tracking_domain.deleted", "A domain was deleted, and with it what was tracked there.";
}
