//! What opens a repository that is not public: a token of its git server, sealed for its site.

use super::settings::SourceKind;
use super::terms::Complaints;
use crate::error::HostingError;
use crate::ids::SiteId;
use crate::variables::Vault;
use mainstay_kernel::Secret;
use std::fmt;

/// A token as records keep it.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedToken(pub(crate) Vec<u8>);

/// What a git server is shown (RFC 7617): git servers take a token for the password.
#[derive(Debug, Clone)]
pub(crate) struct Pass {
    pub(crate) user: String,
    pub(crate) token: Secret<String>,
}

/// Longest token with its user, in bytes.
const LONGEST: usize = 1000;

impl fmt::Debug for SealedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealedToken")
    }
}

impl Pass {
    /// Reads what people give: a token, or a user's name, a colon and a token.
    fn read(text: &str, kind: &str) -> Self {
        let (user, token) = text.split_once(':').unwrap_or_else(|| (usual_user(kind), text));
        Self { user: user.to_owned(), token: Secret::new(token.to_owned()) }
    }
}

/// Who tokens belong to where nobody says so. Most git servers look at the token alone.
fn usual_user(kind: &str) -> &'static str {
    match SourceKind::named(kind) {
        Some(SourceKind::GitLab) => "oauth2",
        Some(SourceKind::Bitbucket) => "x-token-auth",
        _ => "x-access-token",
    }
}

pub(super) fn check(text: &str, complaints: &mut Complaints) {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic());
    let has_token = text.split_once(':').is_none_or(|(user, token)| !user.is_empty() && !token.is_empty());
    if text.is_empty() || text.len() > LONGEST || !is_plain || !has_token {
        let text =
            format!("repositoryToken must be a token or `user:token`, of up to {LONGEST} letters without spaces");
        complaints.add("repositoryToken", "format", text);
    }
}

fn context(site: &SiteId) -> String {
    format!("hosting_sites.repository_token:{site}")
}

impl Vault {
    pub(super) fn seal_token(&self, site: &SiteId, token: &Secret<String>) -> SealedToken {
        SealedToken(self.keyring.seal(&context(site), token.expose().as_bytes(), &*self.ids))
    }

    /// What opens the repository of a site of this kind.
    ///
    /// # Errors
    /// [`HostingError::Sealed`] when it was sealed with another key.
    pub(crate) fn open_token(&self, site: &SiteId, kind: &str, token: &SealedToken) -> Result<Pass, HostingError> {
        let unopened = || HostingError::Sealed(site.0.clone());
        let plain = self.keyring.open(&context(site), &token.0).map_err(|_| unopened())?;
        Ok(Pass::read(std::str::from_utf8(plain.expose()).map_err(|_| unopened())?, kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_belongs_to_whom_it_says_or_to_whom_its_git_server_expects() {
        for (text, kind, user, token) in [
            ("ghp_1", "github", "x-access-token", "ghp_1"),
            ("glpat-1", "gitlab", "oauth2", "glpat-1"),
            ("ATCTT1", "bitbucket", "x-token-auth", "ATCTT1"),
            ("ada:secret", "git", "ada", "secret"),
            ("ada:a:b", "gitlab", "ada", "a:b"),
        ] {
            let pass = Pass::read(text, kind);
            assert_eq!((pass.user.as_str(), pass.token.expose().as_str()), (user, token), "{text}");
        }
    }

    #[test]
    fn what_is_no_token_is_refused() {
        let is_refused = |text: &str| {
            let mut complaints = Complaints::default();
            check(text, &mut complaints);
            complaints.end().is_err()
        };
        for text in ["", ":", "a:", ":a", "a b", "a\nb", "t\u{e9}", &"x".repeat(1001)] {
            assert!(is_refused(text), "{text:?}");
        }
        assert!(!is_refused("ghp_1") && !is_refused("ada:secret"));
    }
}
