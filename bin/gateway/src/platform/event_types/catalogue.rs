//! What is built in.

use mainstay_kernel::EventType;

/// The events of every domain.
pub(super) fn all() -> impl Iterator<Item = &'static EventType> {
    let domains = [
        mainstay_auth::events::ALL,
        mainstay_tenancy::events::ALL,
        mainstay_keys::events::ALL,
        mainstay_webhooks::events::ALL,
        mainstay_tracking::seo::events::ALL,
        mainstay_entitlements::benefits::events::ALL,
        mainstay_entitlements::reservations::events::ALL,
        mainstay_entitlements::usage::events::ALL,
        mainstay_entitlements::credits::events::ALL,
        mainstay_entitlements::offer::events::ALL,
        mainstay_tracking::domains::events::ALL,
        mainstay_tracking::aims::events::ALL,
        mainstay_hosting::sites::events::ALL,
        mainstay_hosting::deployments::events::ALL,
        mainstay_hosting::databases::events::ALL,
        mainstay_hosting::domains::events::ALL,
        mainstay_hosting::metering::events::ALL,
    ];
    domains.into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_two_domains_tell_of_the_same_and_names_are_of_one_form() {
        let names: Vec<_> = all().map(|event| event.name).collect();
        assert!(names.len() >= 25, "{names:?}");
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
        let is_word =
            |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        assert!(
            names.iter().all(|name| matches!(name.split('.').count(), 2 | 3) && name.split('.').all(is_word)),
            "{names:?}"
        );
    }
}
