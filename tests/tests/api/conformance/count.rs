//! How many modules there are, and where each is restated.

use std::collections::BTreeSet;
use std::path::Path;

/// All modules of both plans, for a client that is registered beforehand.
const MODULES: [&str; 36] = [
    "oidcc-server",
    "oidcc-response-type-missing",
    "oidcc-userinfo-get",
    "oidcc-userinfo-post-header",
    "oidcc-userinfo-post-body",
    "oidcc-ensure-request-without-nonce-succeeds-for-code-flow",
    "oidcc-scope-profile",
    "oidcc-scope-email",
    "oidcc-scope-address",
    "oidcc-scope-phone",
    "oidcc-scope-all",
    "oidcc-ensure-other-scope-order-succeeds",
    "oidcc-display-page",
    "oidcc-display-popup",
    "oidcc-prompt-login",
    "oidcc-prompt-none-not-logged-in",
    "oidcc-prompt-none-logged-in",
    "oidcc-max-age-1",
    "oidcc-max-age-10000",
    "oidcc-ensure-request-with-unknown-parameter-succeeds",
    "oidcc-id-token-hint",
    "oidcc-login-hint",
    "oidcc-ui-locales",
    "oidcc-claims-locales",
    "oidcc-ensure-request-with-acr-values-succeeds",
    "oidcc-codereuse",
    "oidcc-codereuse-30seconds",
    "oidcc-ensure-registered-redirect-uri",
    "oidcc-ensure-post-request-succeeds",
    "oidcc-server-client-secret-post",
    "oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported",
    "oidcc-claims-essential",
    "oidcc-ensure-request-object-with-redirect-uri",
    "oidcc-refresh-token",
    "oidcc-ensure-request-with-valid-pkce-succeeds",
    "oidcc-discovery-endpoint-verification",
];

/// The modules that the tests of a file say they restate.
fn restated(file: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(file).expect("a file of tests");
    let names = text.lines().filter_map(|line| line.strip_prefix("/// Module `")?.split('`').next());
    names.map(str::to_owned).collect()
}

#[test]
fn the_readme_counts_the_modules_that_are_restated() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let folder = std::fs::read_dir(root.join("tests/tests/api/conformance")).expect("the folder of these tests");
    let files = folder.map(|entry| entry.expect("an entry").path());
    // What takes time is proven where the clock is the test's.
    let found: Vec<_> =
        files.chain([root.join("crates/auth/tests/rules/oauth_codes.rs")]).flat_map(|file| restated(&file)).collect();
    let named: BTreeSet<_> = found.iter().map(String::as_str).collect();
    assert_eq!(named, BTreeSet::from(MODULES));
    assert_eq!(found.len(), MODULES.len(), "each is restated once");
    let readme = std::fs::read_to_string(root.join("README.md")).expect("the README");
    // Wherever its lines break.
    let readme = readme.split_whitespace().collect::<Vec<_>>().join(" ");
    let count = format!("{} of the {} modules", found.len(), MODULES.len());
    assert!(readme.contains(&count), "the README does not say {count:?}");
}
