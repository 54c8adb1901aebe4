//! Names of images: what a container engine may be asked for, and no more.

use std::fmt;

/// The name of an image, whole: with its registry, and with a tag or a digest. An engine reads it as nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageName {
    registry: String,
    path: String,
    which: Which,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Which {
    Tag(String),
    Digest(String),
}

/// Longest name, in bytes.
const LONGEST: usize = 255;
/// Where images are whose names say nothing of that.
const HUB: &str = "docker.io";
/// Where images are that were never anywhere but here.
const HERE: &str = "localhost";
/// Where installations keep images under names of their own. RFC 2606 has nobody answer there.
pub(crate) const KEPT: &str = "mainstay.invalid";
const EXAMPLE: &str = "image must be a name such as docker.io/library/nginx:1.27 or localhost/app:1";

impl ImageName {
    /// Reads a name: `nginx`, `docker.io/library/nginx:1.27`, `localhost/app:1`, `ghcr.io/user/app@sha256:…`.
    ///
    /// # Errors
    /// A sentence that says what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() || text.len() > LONGEST {
            return Err(format!("image must have 1 to {LONGEST} characters"));
        }
        let read = Self::read(text).ok_or_else(|| EXAMPLE.to_owned())?;
        // There, it would be another tenant's.
        if read.host() == KEPT { Err(format!("image must not be one of {KEPT}")) } else { Ok(read) }
    }

    fn read(text: &str) -> Option<Self> {
        let (name, which) = split(text)?;
        let (registry, path) = match name.split_once('/') {
            Some((first, rest)) if is_host(first) => (first.to_owned(), rest.to_owned()),
            // A capital letter, or an address without its port, is no part of a path either.
            Some(_) => (HUB.to_owned(), name.to_owned()),
            None => (HUB.to_owned(), format!("library/{name}")),
        };
        let is_right = is_registry(&registry) && path.split('/').all(is_part);
        is_right.then_some(Self { registry, path, which })
    }

    /// The host that has it.
    pub(crate) fn host(&self) -> &str {
        self.registry.rsplit_once(':').map_or(&self.registry, |(host, _)| host)
    }

    /// Whether it is nowhere but here.
    pub(crate) fn is_local(&self) -> bool {
        self.registry == HERE
    }

    /// Whether its registry is the one that everybody's is.
    pub(crate) fn is_of_the_hub(&self) -> bool {
        self.registry == HUB
    }
}

impl fmt::Display for ImageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { registry, path, which } = self;
        match which {
            Which::Tag(tag) => write!(f, "{registry}/{path}:{tag}"),
            Which::Digest(digest) => write!(f, "{registry}/{path}@{digest}"),
        }
    }
}

/// Parts a name from its tag or digest; of two, the digest counts.
fn split(text: &str) -> Option<(&str, Which)> {
    let (named, digest) = match text.split_once('@') {
        Some((named, digest)) => (named, Some(digest)),
        None => (text, None),
    };
    let (name, tag) = match named.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, tag),
        _ => (named, "latest"),
    };
    let which = match digest {
        Some(digest) => Which::Digest(is_digest(digest).then(|| digest.to_owned())?),
        None => Which::Tag(tag.to_owned()),
    };
    is_tag(tag).then_some((name, which))
}

/// Whether the first part of a name is a host, as engines tell that.
fn is_host(first: &str) -> bool {
    first == HERE || first.contains(['.', ':'])
}

fn is_registry(text: &str) -> bool {
    let (host, port) = text.split_once(':').unwrap_or((text, "443"));
    let is_label = |label: &str| {
        let is_plain = label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        (1..=63).contains(&label.len()) && is_plain && !label.starts_with('-') && !label.ends_with('-')
    };
    host.split('.').all(is_label) && port.parse::<u16>().is_ok_and(|port| port > 0) && port.len() <= 5
}

/// Small letters and digits, with a dot, up to two underscores or any hyphens between.
fn is_part(part: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let ends = part.bytes().next().is_some_and(is_word) && part.bytes().next_back().is_some_and(is_word);
    let between = part.split(|letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit());
    ends && between.into_iter().all(|gap| matches!(gap, "" | "." | "_" | "__") || gap.bytes().all(|byte| byte == b'-'))
}

fn is_tag(tag: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let is_plain = tag.bytes().all(|byte| is_word(byte) || byte == b'.' || byte == b'-');
    (1..=128).contains(&tag.len()) && is_plain && tag.bytes().next().is_some_and(is_word)
}

fn is_digest(digest: &str) -> bool {
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    digest.strip_prefix("sha256:").is_some_and(|sum| sum.len() == 64 && sum.bytes().all(is_hex))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_engines_read_it_and_written_whole() {
        let sum = format!("sha256:{}", "0a".repeat(32));
        for (text, expected) in [
            ("nginx", "docker.io/library/nginx:latest"),
            ("user/app:1", "docker.io/user/app:1"),
            ("localhost/app", "localhost/app:latest"),
            ("registry.example.com:5000/a/b_c/d--e:V1.2-x", "registry.example.com:5000/a/b_c/d--e:V1.2-x"),
            ("a__b", "docker.io/library/a__b:latest"),
            (&format!("ghcr.io/user/app@{sum}"), &format!("ghcr.io/user/app@{sum}")),
            (&format!("ghcr.io/user/app:1@{sum}"), &format!("ghcr.io/user/app@{sum}")),
        ] {
            assert_eq!(ImageName::parse(text).map(|name| name.to_string()).as_deref(), Ok(expected), "{text}");
        }
        let name = ImageName::parse("127.0.0.1:5000/app").expect("a name");
        assert_eq!((name.host(), name.is_local(), name.is_of_the_hub()), ("127.0.0.1", false, false));
    }

    #[test]
    fn what_an_engine_might_read_as_anything_else_is_refused() {
        let hostile = [
            "",
            "-nginx",
            "--privileged",
            "Nginx",
            "a b",
            "a/../b",
            "../a",
            "/a",
            "a/",
            "a//b",
            "a:",
            "a:-x",
            "a@sha256:00",
            "oci-archive:/etc/passwd",
            "dir:/etc",
            "docker://nginx",
            "https://docker.io/nginx",
            "docker.io:0/a",
            "docker.io:99999/a",
            "-x.example.com/a",
            "a?x=1",
            "a#b",
            "a%2fb",
            "a___b",
            "a._b",
            "nginx\n",
            "mainstay.invalid/x/site:deployment",
            "mainstay.invalid:443/x/site:deployment",
        ];
        for text in hostile {
            assert!(ImageName::parse(text).is_err(), "{text:?}");
        }
        assert!(ImageName::parse(&"a".repeat(256)).is_err());
    }

    #[test]
    fn the_id_of_an_image_is_no_name_of_it() {
        // Whoever knows the id of another tenant's image gets what the hub has under that name, which is nothing.
        let sum = "0a".repeat(32);
        for id in [sum.clone(), sum[..12].to_owned(), format!("sha256:{sum}")] {
            let name = ImageName::parse(&id).expect("a name").to_string();
            assert!(name.starts_with("docker.io/library/"), "{name}");
        }
    }
}
