//! What pages stand on, beside the services.

use super::csrf::Seals;
use super::words::{ENGLISH, Words};
use crate::config::Settings;
use mainstay_edge::{BrandName, PublicUrl};
use mainstay_kernel::{Ids, Keyring};
use std::sync::Arc;

/// Given to the application as data.
pub(crate) struct Hosted {
    pub(super) brand: BrandName,
    pub(super) public_url: PublicUrl,
    /// The operator's own app, where there is one: people are led there when they are done here.
    pub(super) app_url: Option<String>,
    /// Whether the documentation is served here.
    pub(super) has_docs: bool,
    pub(super) keyring: Arc<Keyring>,
    pub(super) ids: Arc<dyn Ids>,
    pub(super) seals: Seals,
    pub(super) words: &'static Words,
}

impl Hosted {
    /// As the settings say.
    pub(crate) fn new(settings: &Settings, keyring: &Arc<Keyring>, ids: &Arc<dyn Ids>) -> Self {
        let app_url = &settings.mail.app_url;
        Self {
            brand: BrandName::new(&settings.mail.brand_name),
            public_url: PublicUrl::new(&settings.public_url),
            app_url: (app_url != &settings.public_url).then(|| app_url.clone()),
            has_docs: settings.docs,
            keyring: Arc::clone(keyring),
            ids: Arc::clone(ids),
            seals: Seals::new(keyring),
            words: &ENGLISH,
        }
    }
}
