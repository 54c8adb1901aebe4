//! Where a site's source is: an address that git may be given, and no other.

use std::fmt;
use url::Url;

/// What may be cloned, from where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowed {
    /// Folders of this machine (`file://`).
    pub files: bool,
    /// Unencrypted HTTP, for installations that trust their network.
    pub plain_http: bool,
}

/// The address of a repository. It is absolute, names no user, and git reads it as an address whatever it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository(Url);

/// Longest address, in bytes.
const LONGEST: usize = 500;

impl Repository {
    /// Reads an address: `github.com/user/app`, with or without `https://`.
    ///
    /// # Errors
    /// A sentence that says what is wrong.
    pub fn parse(text: &str, allowed: Allowed) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() || text.len() > LONGEST {
            return Err(format!("repository must have 1 to {LONGEST} characters"));
        }
        if text.chars().any(|letter| letter.is_control() || letter.is_whitespace()) || text.starts_with('-') {
            return Err("repository must be an address such as github.com/user/app".to_owned());
        }
        // `ext::…` and its like run commands; `user@host:path` is ssh, which needs a key that nobody gave.
        let absolute = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        let url = Url::parse(&absolute).map_err(|_| "repository must be an address such as github.com/user/app")?;
        check(&url, allowed)?;
        Ok(Self(url))
    }

    /// The address, as git is given it.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The address, in its parts.
    pub const fn url(&self) -> &Url {
        &self.0
    }
}

/// Whether two addresses lead to one server: its scheme, host and port.
pub(crate) fn is_same_server(one: &str, other: &str) -> bool {
    let everywhere = Allowed { files: true, plain_http: true };
    let origin = |text| Repository::parse(text, everywhere).ok().map(|own| own.0.origin());
    one == other || origin(one).is_some_and(|own| origin(other) == Some(own))
}

fn check(url: &Url, allowed: Allowed) -> Result<(), String> {
    match url.scheme() {
        "https" => {}
        "http" if allowed.plain_http => {}
        "file" if allowed.files => return check_file(url),
        "file" => return Err("repository must not be a folder: this installation does not allow that".to_owned()),
        "http" => return Err("repository must be reached with https".to_owned()),
        other => return Err(format!("repository must be reached with https, not with {other}")),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("repository must not hold a user or a password".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("repository must not hold a query or a fragment".to_owned());
    }
    let has_path = url.path_segments().is_some_and(|mut parts| parts.any(|part| !part.is_empty()));
    let has_host = url.host_str().is_some_and(|host| !host.is_empty() && !host.starts_with('-'));
    if has_path && has_host { Ok(()) } else { Err("repository must name a host and a path on it".to_owned()) }
}

fn check_file(url: &Url) -> Result<(), String> {
    let is_folder = url.host_str().is_none() && url.query().is_none() && url.fragment().is_none();
    if is_folder && url.path().len() > 1 {
        Ok(())
    } else {
        Err("repository must name a folder, such as file:///srv/app".to_owned())
    }
}

impl fmt::Display for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRICT: Allowed = Allowed { files: false, plain_http: false };

    #[test]
    fn an_address_may_lack_its_scheme() {
        let read = |text| Repository::parse(text, STRICT).expect("an address").to_string();
        assert_eq!(read("github.com/user/app"), "https://github.com/user/app");
        assert_eq!(read("https://github.com/user/app.git"), "https://github.com/user/app.git");
    }

    #[test]
    fn what_git_would_read_as_anything_but_an_address_is_refused() {
        let hostile = [
            "",
            "ext::sh -c id",
            "ext::sh",
            "-uupload",
            "--upload-pack=id",
            "git@github.com:user/app",
            "ssh://git@github.com/user/app",
            "https://user:pass@github.com/user/app",
            "https://github.com",
            "github.com/",
            "file:///etc",
            "http://github.com/user/app",
            "https://github.com/user/app?x",
            "https://-oProxyCommand=id/app",
            "github.com/user/app\n--upload-pack=id",
            "javascript:alert(1)",
        ];
        for text in hostile {
            assert!(Repository::parse(text, STRICT).is_err(), "{text}");
        }
    }

    #[test]
    fn a_server_is_its_scheme_host_and_port() {
        for same in ["github.com/b", "https://github.com/user/other.git", "https://github.com:443/a"] {
            assert!(is_same_server("github.com/user/a", same), "{same}");
        }
        for other in
            ["http://github.com/user/a", "https://github.com:8443/user/a", "github.example.com/user/a", "file:///a"]
        {
            assert!(!is_same_server("github.com/user/a", other), "{other}");
        }
        assert!(is_same_server("file:///a", "file:///a") && !is_same_server("file:///a", "file:///b"));
    }

    #[test]
    fn folders_are_cloned_where_the_installation_allows_it() {
        let allowed = Allowed { files: true, ..STRICT };
        assert!(Repository::parse("file:///srv/app.git", allowed).is_ok());
        for text in ["file://host/srv/app", "file:///", "/srv/app?x", "file:///srv#x"] {
            assert!(Repository::parse(text, allowed).is_err(), "{text}");
        }
    }
}
