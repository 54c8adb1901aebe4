//! How the text of one value is read. Each reader gives the value or the rest of a sentence that says what is wrong.

use super::url::SecretUrl;
use ipnet::IpNet;
use mainstay_hosting::egress::Hosts;
use mainstay_kernel::{Keyring, Secret};
use mainstay_mail::{Brand, BrandError, transport};
use std::fmt::Display;
use std::net::{IpAddr, SocketAddr};
use std::path::{Component, PathBuf};
use std::str::FromStr;
use std::time::Duration;
use tracing_subscriber::EnvFilter;
use url::{Host, Url};

/// A value, or what is wrong with it.
type Read<T> = Result<T, String>;

/// The longest wait between two attempts of a delivery, in seconds: 30 days.
const LONGEST_WAIT: u64 = 30 * 24 * 60 * 60;
const MOST_DAYS: u64 = 3_650;

fn not(wanted: &str, text: &str) -> String {
    format!("must be {wanted}; {text:?} is not")
}

/// An address and a port.
pub(crate) fn socket(text: &str) -> Read<SocketAddr> {
    text.parse().map_err(|_| not("an address and a port such as 127.0.0.1:8080", text))
}

/// Addresses, each with a port.
pub(crate) fn sockets(text: &str) -> Read<Vec<SocketAddr>> {
    let wanted = "addresses and ports such as 127.0.0.1:53,[::1]:53";
    items(text).map(|item| item.parse().map_err(|_| not(wanted, item))).collect()
}

/// `true` or `false`.
pub(crate) fn truth(text: &str) -> Read<bool> {
    text.parse().map_err(|_| not("true or false", text))
}

/// A number from `least` to `most`.
pub(crate) fn number<T: FromStr + PartialOrd + Display + Copy>(text: &str, least: T, most: T) -> Read<T> {
    let found = text.parse().ok().filter(|number| (&least..=&most).contains(&number));
    found.ok_or_else(|| not(&format!("a number from {least} to {most}"), text))
}

/// A path, relative to the working directory.
pub(crate) fn path(text: &str) -> Read<PathBuf> {
    if text.is_empty() { Err("must be a path and is empty".to_owned()) } else { Ok(text.into()) }
}

/// One of a few words and what it stands for.
pub(crate) fn word<T: Copy>(text: &str, words: &[(&str, T)]) -> Read<T> {
    let names = || words.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(" or ");
    words.iter().find(|(name, _)| *name == text).map(|(_, value)| *value).ok_or_else(|| not(&names(), text))
}

/// An address on the web without credentials, query and fragment; the trailing slash is taken off.
pub(crate) fn public_url(text: &str) -> Read<String> {
    let sound = |url: &Url| {
        let bare = url.username().is_empty() && url.password().is_none();
        matches!(url.scheme(), "http" | "https") && bare && url.query().is_none() && url.fragment().is_none()
    };
    let url = Url::parse(text).ok().filter(sound);
    let url = url.ok_or("must be an http or https address without credentials, query and fragment")?;
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// The URL of a database.
pub(crate) fn database_url(text: &str) -> Read<SecretUrl> {
    let url = SecretUrl::parse(text, &["sqlite", "postgres", "postgresql"]);
    url.ok_or_else(|| "must begin with sqlite:// or postgres:// and say where the database is".to_owned())
}

/// The URL of a server of PostgreSQL.
pub(crate) fn postgres_url(text: &str) -> Read<SecretUrl> {
    let url = SecretUrl::parse(text, &["postgres", "postgresql"]);
    url.ok_or_else(|| "must begin with postgres:// and say where the server is".to_owned())
}

/// The URL of a server of MariaDB.
pub(crate) fn mariadb_url(text: &str) -> Read<SecretUrl> {
    let url = SecretUrl::parse(text, &["mysql"]);
    url.ok_or_else(|| "must begin with mysql:// and say where the server is".to_owned())
}

/// The URL of a Redis server.
pub(crate) fn redis_url(text: &str) -> Read<SecretUrl> {
    let url = SecretUrl::parse(text, &["redis", "rediss", "redis+unix", "unix"]);
    url.ok_or_else(|| "must begin with redis://, rediss:// or redis+unix:// and say where the server is".to_owned())
}

/// Where mail goes.
pub(crate) fn mail_url(text: &str) -> Read<Secret<String>> {
    match transport::open(text) {
        Ok(_) => Ok(Secret::new(text.to_owned())),
        Err(problem) => Err(format!("cannot be used: {problem}")),
    }
}

/// A sender of mail, `Name <address>` or the address alone (RFC 5322 §3.4).
pub(crate) fn mail_from(text: &str) -> Read<String> {
    branded(text, Brand::new("Mainstay", text, "http://localhost"))
}

/// What mails call the product.
pub(crate) fn brand_name(text: &str) -> Read<String> {
    branded(text, Brand::new(text, "no-reply@localhost", "http://localhost"))
}

fn branded(text: &str, brand: Result<Brand, BrandError>) -> Read<String> {
    brand.map(|_| text.to_owned()).map_err(|problem| format!("cannot be used: {problem}"))
}

/// Master keys, the current one first.
pub(crate) fn secret_key(text: &str) -> Read<Secret<String>> {
    let key = Secret::new(text.to_owned());
    Keyring::parse(&key).map_err(|_| "must be 32 bytes written in base64, or several of these with commas between")?;
    Ok(key)
}

/// A key that somebody else gave out.
pub(crate) fn secret(text: &str) -> Read<Secret<String>> {
    let is_sound = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    if is_sound { Ok(Secret::new(text.to_owned())) } else { Err("must be visible ASCII characters".to_owned()) }
}

/// What API keys begin with.
pub(crate) fn key_brand(text: &str) -> Read<String> {
    let plain = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    if text == "mst" {
        return Err("cannot be mst: session tokens begin with it".to_owned());
    }
    let fits = plain && (2..=8).contains(&text.len());
    if fits { Ok(text.to_owned()) } else { Err(not("2 to 8 lower-case letters and digits", text)) }
}

/// An address on the web by HTTPS, as it is.
pub(crate) fn https_url(text: &str) -> Read<String> {
    let is_bare = |url: &Url| url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    let url = Url::parse(text).ok().filter(|url| url.scheme() == "https" && is_bare(url));
    // Not shown: it may hold credentials.
    url.map(String::from).ok_or_else(|| "must be an https:// address without credentials".to_owned())
}

/// An address that mail is sent to.
pub(crate) fn email(text: &str) -> Read<String> {
    let is_plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'@');
    let fits = text.split_once('@').is_some_and(|(name, host)| is_plain(name) && is_plain(host));
    if fits { Ok(text.to_owned()) } else { Err(not("an address such as admin@example.com", text)) }
}

/// The name of a host.
pub(crate) fn domain(text: &str) -> Read<String> {
    let labels = text.split('.').all(|label| {
        let plain = label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        plain && (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
    });
    let fits = labels && text.len() <= 253 && matches!(Host::parse(text), Ok(Host::Domain(_)));
    if fits { Ok(text.to_owned()) } else { Err(not("a host name in lower case such as sites.example.com", text)) }
}

/// Which hosts may be reached, if any.
pub(crate) fn hosts(text: &str) -> Read<Option<Hosts>> {
    if text == "none" {
        return Ok(None);
    }
    let wanted = "*, none or names of hosts such as example.com,*.example.com";
    Hosts::parse(text).map(Some).map_err(|item| not(wanted, &item))
}

/// The socket of this machine that something answers at.
pub(crate) fn unix_socket(text: &str) -> Read<PathBuf> {
    let path = text.strip_prefix("unix://").map(PathBuf::from);
    let is_straight = |path: &PathBuf| {
        let mut parts = path.components().skip(1);
        path.is_absolute() && path.parent().is_some() && parts.all(|part| matches!(part, Component::Normal(_)))
    };
    let found = path.filter(|path| is_straight(path) && !text.contains('\0'));
    found.ok_or_else(|| not("the address of a socket such as unix:///run/podman/podman.sock", text))
}

/// Where boxes have something of their own, which would cover what they are shown.
const COVERED: [&str; 5] = ["/app", "/dev", "/home/site", "/proc", "/tmp"];

/// Absolute directories with colons between, as in `PATH`, that boxes can be shown.
pub(crate) fn directories(text: &str) -> Read<Vec<PathBuf>> {
    let directory = |item: &str| {
        let path = PathBuf::from(item);
        let is_straight = path.components().all(|part| matches!(part, Component::RootDir | Component::Normal(_)));
        let is_seen = path.parent().is_some() && !COVERED.iter().any(|covered| path.starts_with(covered));
        (path.is_absolute() && is_straight && is_seen && !item.contains('\0')).then_some(path)
    };
    let wanted = "absolute directories such as /opt/node:/opt/rust, none of them in /tmp";
    text.split(':').map(|item| directory(item).ok_or_else(|| not(wanted, item))).collect()
}

/// Networks, each an address with or without a prefix length.
pub(crate) fn networks(text: &str) -> Read<Vec<IpNet>> {
    let network = |item: &str| item.parse::<IpNet>().ok().or_else(|| item.parse::<IpAddr>().ok().map(IpNet::from));
    items(text).map(|item| network(item).ok_or_else(|| not("networks such as 10.0.0.0/8", item))).collect()
}

/// The waits between attempts, in seconds.
pub(crate) fn schedule(text: &str) -> Read<Vec<Duration>> {
    items(text).map(|item| number(item, 1, LONGEST_WAIT).map(Duration::from_secs)).collect()
}

/// A number of days.
pub(crate) fn days(text: &str) -> Read<Duration> {
    number(text, 1, MOST_DAYS).map(|days: u64| Duration::from_hours(24 * days))
}

/// Origins (RFC 6454, section 6.2): scheme, host and port, nothing else.
pub(crate) fn origins(text: &str) -> Read<Vec<String>> {
    let origin = |item: &str| {
        let url = Url::parse(item).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
        let bare = url.path() == "/" && !item.ends_with('/');
        Some(url.origin().ascii_serialization()).filter(|_| bare && !item.contains(['@', '?', '#']))
    };
    items(text).map(|item| origin(item).ok_or_else(|| not("origins such as https://app.example.com", item))).collect()
}

/// What is logged, as `tracing-subscriber` reads it.
pub(crate) fn log_filter(text: &str) -> Read<String> {
    EnvFilter::try_new(text).map_err(|_| not("a level or a filter such as info,mainstay=debug", text))?;
    Ok(text.to_owned())
}

fn items(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_within_their_bounds() {
        assert_eq!(number("1", 1, 9), Ok(1));
        assert_eq!(number("9", 1, 9), Ok(9));
        for text in ["0", "10", "-1", "x", "", "1.5"] {
            assert_eq!(number(text, 1, 9), Err(format!("must be a number from 1 to 9; {text:?} is not")));
        }
    }

    #[test]
    fn a_public_url_loses_its_trailing_slash_and_takes_no_credentials() {
        assert_eq!(public_url("https://api.example.com/"), Ok("https://api.example.com".into()));
        assert_eq!(public_url("http://10.0.0.1:8080/base/"), Ok("http://10.0.0.1:8080/base".into()));
        for text in
            ["", "example.com", "ftp://example.com", "https://me:hunter2@example.com", "https://a/?b", "https://a/#b"]
        {
            let problem = public_url(text).expect_err(text);
            assert!(!problem.contains("hunter2"));
        }
    }

    #[test]
    fn a_database_is_sqlite_or_postgresql() {
        for text in ["sqlite://./a.db", "postgres://db/app", "postgresql://db/app"] {
            assert_eq!(database_url(text).expect("a database").expose(), text);
        }
        for text in ["", "mysql://db", "sqlite://", "sqlite:a.db", "./a.db"] {
            assert!(database_url(text).is_err(), "{text}");
        }
    }

    #[test]
    fn mail_goes_to_the_log_a_directory_or_a_server() {
        for text in ["log:", "file://./mails", "smtp://localhost:2525", "smtps://me:pw@mail.example.com:465"] {
            assert_eq!(mail_url(text).expect(text).expose(), text);
        }
        for text in ["", "log", "file://", "smtp://", "http://mail", "smtp:mail", "smtp://me:hunter2@"] {
            assert!(!mail_url(text).expect_err(text).contains("hunter2"));
        }
    }

    #[test]
    fn a_sender_is_a_mailbox_and_a_name_is_a_line() {
        assert!(mail_from("Acme <hello@acme.example>").is_ok() && mail_from("hello@acme.example").is_ok());
        assert!(mail_from("Acme").is_err() && mail_from("").is_err());
        assert!(brand_name("Acme & Söhne").is_ok() && brand_name(" ").is_err());
    }

    #[test]
    fn a_brand_is_short_and_plain() {
        for text in ["sk", "hsk", "abcdefg8"] {
            assert_eq!(key_brand(text), Ok(text.into()));
        }
        for text in ["", "s", "abcdefghi", "SK", "s_k", "sk-"] {
            assert!(key_brand(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_domain_is_a_host_name_and_no_address() {
        for text in ["localhost", "sites.example.com", "a-b.c0"] {
            assert_eq!(domain(text), Ok(text.into()));
        }
        for text in ["", "a..b", "-a", "10.0.0.1", "a b", "https://a", "a:80", &"a".repeat(64)] {
            assert!(domain(text).is_err(), "{text}");
        }
    }

    #[test]
    fn builds_reach_any_host_those_of_a_list_or_none() {
        assert_eq!(hosts("*"), Ok(Some(Hosts::any())));
        assert_eq!(hosts("none"), Ok(None));
        assert!(hosts("example.com, *.example.com").is_ok());
        for text in ["", "example.com,*", "https://example.com", "example.com:443", "10.0.0.0/8"] {
            assert!(hosts(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_container_engine_is_reached_by_a_socket_of_this_machine() {
        let read = unix_socket("unix:///run/podman/podman.sock");
        assert_eq!(read.ok(), Some(PathBuf::from("/run/podman/podman.sock")));
        for other in ["", "/run/podman.sock", "unix://run/a", "unix:///", "unix:///run/../a", "tcp://127.0.0.1:2375"] {
            assert!(unix_socket(other).is_err(), "{other}");
        }
    }

    #[test]
    fn directories_are_absolute_and_not_the_root() {
        assert_eq!(directories("/opt/node:/opt/rust"), Ok(vec!["/opt/node".into(), "/opt/rust".into()]));
        for text in ["", "/", "opt/node", "/opt/../etc", "/opt/node:", ":/opt/node", "/tmp/node", "/proc"] {
            assert!(directories(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_network_may_be_one_address() {
        let networks = networks("10.0.0.0/8, ::1").expect("networks");
        assert_eq!(networks.iter().map(ToString::to_string).collect::<Vec<_>>(), ["10.0.0.0/8", "::1/128"]);
        assert!(super::networks("10.0.0.0/8,,").is_err());
        assert!(super::networks("10.0.0.0/33").is_err());
    }

    #[test]
    fn waits_are_whole_seconds_from_one_second_to_a_month() {
        assert_eq!(schedule("7, 90"), Ok(vec![Duration::from_secs(7), Duration::from_secs(90)]));
        for text in ["", "0", "60;300", "2592001", "1,"] {
            assert!(schedule(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_origin_is_a_scheme_a_host_and_a_port() {
        let origins = origins("https://App.example.com,http://localhost:5173").expect("origins");
        assert_eq!(origins, ["https://app.example.com", "http://localhost:5173"]);
        for text in ["example.com", "https://a/", "https://a/b", "https://a?b", "https://u:p@a", "*", "null"] {
            assert!(super::origins(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_secret_key_is_32_bytes_and_is_never_repeated() {
        let key = Keyring::generate(&mainstay_kernel::SystemIds);
        assert_eq!(secret_key(key.expose()), Ok(key.clone()));
        assert!(secret_key(&format!("{},{}", key.expose(), key.expose())).is_ok());
        assert!(!secret_key("hunter2").expect_err("too short").contains("hunter2"));
    }

    #[test]
    fn a_filter_that_cannot_be_read_is_refused() {
        assert!(log_filter("info,mainstay=debug").is_ok());
        assert!(log_filter("mainstay=loud").is_err());
    }
}
