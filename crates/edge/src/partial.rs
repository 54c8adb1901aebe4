//! Items of a list, of which callers may ask for some fields only.

use schemars::JsonSchema;
use schemars::r#gen::SchemaGenerator;
use schemars::schema::Schema;
use std::marker::PhantomData;

/// The schema of a `T` of which any field may be missing.
pub(crate) struct Partial<T>(PhantomData<T>);

impl<T: JsonSchema> JsonSchema for Partial<T> {
    fn schema_name() -> String {
        format!("Partial{}", T::schema_name())
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = T::json_schema(generator).into_object();
        schema.object().required.clear();
        schema.into()
    }
}
