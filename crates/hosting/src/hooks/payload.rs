//! What git servers say, read into one form.

mod bitbucket;
mod github;
mod gitlab;

use super::model::Provider;
use super::posted::Posted;
use super::push::Push;
use serde::de::DeserializeOwned;

/// What was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Told {
    /// Whether anybody is there.
    Ping,
    /// Pushes: one, or as many as branches and tags were pushed at once.
    Pushes(Vec<Push>),
    /// Anything else.
    Other,
}

/// Reads what was told, and was signed.
///
/// # Errors
/// What is wrong with it.
pub(super) fn read(provider: Provider, event: &str, posted: &Posted) -> Result<Told, String> {
    match (provider, event) {
        (_, "ping" | "diagnostics:ping") => return Ok(Told::Ping),
        (Provider::GitHub | Provider::Gitea, "push")
        | (Provider::GitLab, "Push Hook" | "Tag Push Hook")
        | (Provider::Bitbucket, "repo:push") => {}
        _ => return Ok(Told::Other),
    }
    let json = posted.json().ok_or("the form has no payload")?;
    let pushes = match provider {
        Provider::GitHub | Provider::Gitea => vec![parsed::<github::Payload>(&json)?.push()?],
        Provider::GitLab => vec![parsed::<gitlab::Payload>(&json)?.push()?],
        Provider::Bitbucket => parsed::<bitbucket::Payload>(&json)?.pushes()?,
    };
    Ok(Told::Pushes(pushes))
}

fn parsed<T: DeserializeOwned>(json: &[u8]) -> Result<T, String> {
    serde_json::from_slice(json).map_err(|cause| cause.to_string())
}

#[cfg(test)]
mod tests;
