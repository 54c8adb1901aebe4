//! Points at which a test can let the process die.
//!
//! They exist in debug builds only: a release build has nothing here.

/// Ends the process at once, as `kill -9` would, if `MAINSTAY_TEST_CRASH_AT` names this point.
#[cfg(debug_assertions)]
pub(crate) fn point(name: &str) {
    if std::env::var("MAINSTAY_TEST_CRASH_AT").is_ok_and(|wanted| wanted == name) {
        std::process::abort();
    }
}

/// Nothing, in a release build.
#[cfg(not(debug_assertions))]
pub(crate) const fn point(_name: &str) {}
