//! Ids, as this API writes them.

use mainstay_kernel::Ids;
use std::fmt;

/// How many letters and digits stand behind the `c`: 24 characters in all, 118 bits of chance.
const DRAWN: usize = 23;

macro_rules! opaque_id {
    ($($(#[$doc:meta])* $name:ident;)+) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub String);

        impl $name {
            /// One that nobody has yet.
            pub(crate) fn draw(ids: &dyn Ids) -> Self {
                Self(format!("c{}", letters(ids, DRAWN)))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+ };
}

opaque_id! {
    /// A site: `c`, then small letters and digits.
    SiteId;
    /// A deployment: `c`, then small letters and digits.
    DeploymentId;
    /// What a git server told: `c`, then small letters and digits.
    DeliveryId;
    /// A database: `c`, then small letters and digits.
    DatabaseId;
    /// A backup of a database: `c`, then small letters and digits.
    BackupId;
}

/// So many small letters and digits.
pub(crate) fn letters(ids: &dyn Ids, count: usize) -> String {
    let mut text = String::with_capacity(count);
    while text.len() < count {
        // Capitals are dropped, since folding them would make letters likelier than digits.
        let drawn = ids.alphanumeric(64);
        text.extend(drawn.chars().filter(|letter| !letter.is_ascii_uppercase()).take(count - text.len()));
    }
    text
}
