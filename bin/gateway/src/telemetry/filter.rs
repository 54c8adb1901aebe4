//! Which lines are written.

use tracing::Subscriber;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::{EnvFilter, Layer};

/// Where libraries tell of what others did wrong, which is no line of ours: actix of requests that it could not read, the
/// SDK of MCP of callers who ask for what is not there and of servers that went away.
const OTHERS: [&str; 2] = ["actix_http::h1::dispatcher", "rmcp"];

/// What is never written, whatever is asked for: it tells all that programs in containers are given, secrets as well.
const NEVER: [&str; 1] = ["bollard"];

/// What is logged: what the setting says, which may name even what is left out otherwise.
///
/// A filter that names spans has to be told whenever any span is entered or left, and keeps them behind a lock that all
/// threads share. One of targets and levels is asked only once for each place in the source.
pub(super) fn filter<S: Subscriber>(asked: &str) -> Box<dyn Layer<S> + Send + Sync> {
    let filter = EnvFilter::new(directives(asked));
    match targets(&filter) {
        Some(targets) => targets.boxed(),
        None => filter.boxed(),
    }
}

/// What is asked for, without what is left out.
fn directives(asked: &str) -> String {
    let crate_of = |target: &str| target.split("::").next().unwrap_or_default().to_owned();
    let left_out = OTHERS.iter().filter(|target| !asked.contains(&crate_of(target)));
    let left_out = left_out.chain(NEVER.iter()).map(|target| format!("{target}=off"));
    let asked = asked.split(',').filter(|directive| !NEVER.iter().any(|never| directive.trim().starts_with(never)));
    asked.map(str::to_owned).chain(left_out).collect::<Vec<_>>().join(",")
}

/// The same filter, where it names no spans.
fn targets(filter: &EnvFilter) -> Option<Targets> {
    let directives = filter.to_string();
    if directives.contains('[') { None } else { directives.parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has_targets(asked: &str) -> bool {
        targets(&EnvFilter::new(asked)).is_some()
    }

    #[test]
    fn what_tells_secrets_is_never_written() {
        for asked in ["trace", "info,bollard=trace", "bollard::docker=debug,info", ""] {
            let directives = directives(asked);
            assert!(directives.ends_with(",bollard=off") && directives.matches("bollard").count() == 1, "{directives}");
        }
        assert!(directives("info,rmcp=debug").starts_with("info,rmcp=debug,"));
    }

    #[test]
    fn only_a_filter_that_names_spans_is_told_of_them() {
        for asked in ["info", "off", "", "info,mainstay=debug", "warn,mainstay::server=trace,hyper"] {
            assert!(has_targets(asked), "{asked}");
        }
        for asked in ["[request]=debug", "info,mainstay[request{request.id=req_1}]=trace", "[{http.path}]=info"] {
            assert!(!has_targets(asked), "{asked}");
        }
    }
}
