//! Instants on the wire.

use mainstay_kernel::Timestamp;
use schemars::JsonSchema;
use schemars::r#gen::SchemaGenerator;
use schemars::schema::{InstanceType, Schema, SchemaObject};
use serde::{Serialize, Serializer};

/// An instant as the platform writes it: ISO 8601 in UTC, whole seconds, `Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IsoSeconds(pub Timestamp);

impl From<Timestamp> for IsoSeconds {
    fn from(instant: Timestamp) -> Self {
        Self(instant)
    }
}

impl Serialize for IsoSeconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_iso_seconds())
    }
}

/// An instant as the identity API writes it: ISO 8601 in UTC, milliseconds, `Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IsoMillis(pub Timestamp);

impl From<Timestamp> for IsoMillis {
    fn from(instant: Timestamp) -> Self {
        Self(instant)
    }
}

impl Serialize for IsoMillis {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_iso_millis())
    }
}

macro_rules! date_time_schema {
    ($($instant:ident),*) => { $(
        impl JsonSchema for $instant {
            fn schema_name() -> String {
                stringify!($instant).to_owned()
            }

            fn is_referenceable() -> bool {
                false
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                let (instance_type, format) = (Some(InstanceType::String.into()), Some("date-time".to_owned()));
                SchemaObject { instance_type, format, ..SchemaObject::default() }.into()
            }
        }
    )* };
}

date_time_schema!(IsoSeconds, IsoMillis);
