//! What the provider says of itself.

use mainstay_testkit::gateway::{Actor as _, on_each_gateway};
use serde_json::{Value, json};

/// Module `oidcc-discovery-endpoint-verification`.
#[test]
fn the_metadata_have_what_the_standard_demands_and_keys_to_go_with_it() {
    on_each_gateway(async |gateway| {
        let nobody = gateway.nobody();
        let metadata = nobody.get("/.well-known/openid-configuration").await.is(200);
        assert!(metadata.header("content-type").is_some_and(|kind| kind.starts_with("application/json")));
        assert_eq!(metadata.text("/issuer"), gateway.url());
        let told = metadata.json();
        let has = |list: &str, value: &str| told[list].as_array().is_some_and(|all| all.contains(&json!(value)));
        for (list, value) in [
            ("response_types_supported", "code"),
            ("subject_types_supported", "public"),
            ("id_token_signing_alg_values_supported", "RS256"),
            ("scopes_supported", "openid"),
            ("claims_supported", "sub"),
            ("grant_types_supported", "authorization_code"),
            ("token_endpoint_auth_methods_supported", "client_secret_basic"),
        ] {
            assert!(has(list, value), "{list} has {value}: {told}");
        }
        assert_eq!(
            (&told["claims_parameter_supported"], &told["request_uri_parameter_supported"]),
            (&json!(true), &json!(false))
        );
        let keys = nobody.get("/.well-known/jwks.json").await.is(200).json();
        let keys = keys["keys"].as_array().cloned().unwrap_or_default();
        let is_public = |key: &Value| key["kid"].is_string() && key["use"] == "sig" && key.get("d").is_none();
        assert!(!keys.is_empty() && keys.iter().all(is_public), "{keys:?}");
    });
}
