//! Whether two addresses are of the same repository, however each is written.

use url::Url;

/// What an address comes down to: host and path, without what differs between the ways to write it, which are the scheme, the
/// user, the port, capitals, and `.git`. None for what is no address.
pub(super) fn canonical(address: &str) -> Option<String> {
    let address = address.trim();
    let (host, path) = match address.split_once("://") {
        Some(_) => of_url(address)?,
        None => of_ssh(address).or_else(|| of_url(&format!("https://{address}")))?,
    };
    let path = path.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path).trim_end_matches('/');
    (!path.is_empty()).then(|| format!("{host}/{path}").to_lowercase())
}

fn of_url(address: &str) -> Option<(String, String)> {
    let url = Url::parse(address).ok()?;
    Some((url.host_str().unwrap_or_default().to_owned(), url.path().to_owned()))
}

/// `user@host:path`, as ssh has it.
fn of_ssh(address: &str) -> Option<(String, String)> {
    let (host, path) = address.split_once(':')?;
    let (_, host) = host.split_once('@')?;
    (!host.contains('/')).then(|| (host.to_owned(), path.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_is_the_same_however_its_address_is_written() {
        let forms = [
            "github.com/Ada/App",
            "https://github.com/ada/app",
            "https://github.com/ada/app.git",
            "https://github.com:443/ada/app/",
            "https://GitHub.com/ada/app.git/",
            "http://ada@github.com/ada/app.git",
            "git://github.com/ada/app.git",
            "git@github.com:ada/app.git",
            "ssh://git@github.com:22/ada/app.git",
            " github.com/ada/app ",
        ];
        for form in forms {
            assert_eq!(canonical(form).as_deref(), Some("github.com/ada/app"), "{form}");
        }
        assert_eq!(canonical("file:///srv/app.git").as_deref(), Some("/srv/app"));
    }

    #[test]
    fn another_host_or_path_is_another_repository_and_what_is_no_address_is_none() {
        for other in ["gitlab.com/ada/app", "github.com/ada/app2", "github.com/ada", "github.com/ada/app/more"] {
            assert_ne!(canonical(other).as_deref(), Some("github.com/ada/app"), "{other}");
        }
        for text in ["", "https://", "github.com", "https://github.com/.git", "://", "a b://c"] {
            assert_eq!(canonical(text), None, "{text}");
        }
    }
}
