//! The numbers that this domain's things are known by.

use std::fmt;

macro_rules! number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub i64);

        impl From<i64> for $name {
            fn from(number: i64) -> Self {
                Self(number)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

number!(
    /// An endpoint: who is told.
    EndpointId
);
number!(
    /// A message: what is told.
    MessageId
);
number!(
    /// A delivery: one message on its way to one endpoint.
    DeliveryId
);
number!(
    /// A replay: what an endpoint is told again.
    ReplayId
);
