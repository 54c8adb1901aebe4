//! The files of a site, and which of them a path means.

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use std::fs::File;
use std::io;
use std::path::Path;

/// A folder of files. Nothing outside it can be reached through it, by whatever path or link.
pub struct Release {
    folder: Dir,
}

/// What a path means.
pub enum Found {
    /// This file; its name tells what is in it.
    File(File, String),
    /// Another path, which relative links in the page are right for.
    Elsewhere(String),
    /// Nothing; this page says so, if the site has one.
    Nothing(Option<File>),
}

/// The page of a folder.
const INDEX: &str = "index.html";
/// The page that says that there is nothing.
const NOT_FOUND: &str = "404.html";
/// The page that answers for every path that is no file, in sites that find their own way.
const FOR_ALL: &str = "200.html";

impl Release {
    /// The files in a folder.
    ///
    /// # Errors
    /// When it is none.
    pub(crate) fn open(folder: &Path) -> io::Result<Self> {
        Ok(Self { folder: Dir::open_ambient_dir(folder, ambient_authority())? })
    }

    /// What a path means, which is decoded already: a file, a folder's `index.html`, or a page without its ending.
    pub fn find(&self, path: &str) -> Found {
        let inner = path.trim_start_matches('/');
        if inner.contains('\0') || inner.split('/').any(|part| part == "..") {
            return Found::Nothing(self.file(NOT_FOUND));
        }
        if inner.is_empty() || inner.ends_with('/') {
            let index = format!("{inner}{INDEX}");
            return self.file(&index).map_or_else(|| self.nothing(), |file| Found::File(file, index));
        }
        if let Some(file) = self.file(inner) {
            return Found::File(file, inner.to_owned());
        }
        if self.file(&format!("{inner}/{INDEX}")).is_some() {
            return Found::Elsewhere(format!("/{inner}/"));
        }
        let page = format!("{inner}.html");
        self.file(&page).map_or_else(|| self.nothing(), |file| Found::File(file, page))
    }

    fn nothing(&self) -> Found {
        match self.file(FOR_ALL) {
            Some(file) => Found::File(file, FOR_ALL.to_owned()),
            None => Found::Nothing(self.file(NOT_FOUND)),
        }
    }

    fn file(&self, path: &str) -> Option<File> {
        let file = self.folder.open(path).ok()?;
        file.metadata().ok()?.is_file().then(|| file.into_std())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    fn release(files: &[(&str, &str)]) -> (tempfile::TempDir, Release) {
        let folder = tempfile::tempdir().expect("a folder");
        let inner = folder.path().join("release");
        for (path, text) in files {
            let path = inner.join(path);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("made");
            std::fs::write(path, text).expect("written");
        }
        let release = Release::open(&inner).expect("a release");
        (folder, release)
    }

    fn read(found: Found) -> String {
        let mut text = String::new();
        match found {
            Found::File(mut file, _) => file.read_to_string(&mut text).map(|_| text).expect("read"),
            Found::Elsewhere(path) => format!("-> {path}"),
            Found::Nothing(None) => "nothing".to_owned(),
            Found::Nothing(Some(mut file)) => {
                file.read_to_string(&mut text).expect("read");
                format!("nothing: {text}")
            }
        }
    }

    #[test]
    fn a_path_means_a_file_a_folders_page_or_a_page_without_its_ending() {
        let (_kept, site) = release(&[("index.html", "home"), ("a/index.html", "a"), ("b.html", "b"), ("c.css", "c")]);
        for (path, expected) in [
            ("/", "home"),
            ("/a/", "a"),
            ("/a", "-> /a/"),
            ("/b", "b"),
            ("/c.css", "c"),
            ("/x", "nothing"),
            ("/a/x/", "nothing"),
        ] {
            assert_eq!(read(site.find(path)), expected, "{path}");
        }
    }

    #[test]
    fn a_site_may_say_itself_that_there_is_nothing_or_find_its_own_way() {
        let (_kept, site) = release(&[("404.html", "gone")]);
        assert_eq!(read(site.find("/x")), "nothing: gone");
        let (_kept, site) = release(&[("404.html", "gone"), ("200.html", "app")]);
        assert_eq!(read(site.find("/any/route")), "app");
    }

    #[test]
    fn nothing_outside_can_be_reached_by_any_path_or_link() {
        let (kept, site) = release(&[("index.html", "home")]);
        std::fs::write(kept.path().join("secret"), "secret").expect("written");
        std::os::unix::fs::symlink(kept.path().join("secret"), kept.path().join("release/link")).expect("linked");
        std::os::unix::fs::symlink("../secret", kept.path().join("release/relative")).expect("linked");
        std::os::unix::fs::symlink("..", kept.path().join("release/up")).expect("linked");
        let paths = [
            "/../secret",
            "/link",
            "/relative",
            "/up/secret",
            "//etc/passwd",
            "/a/../../secret",
            "/./../secret",
            "/\0",
        ];
        for path in paths {
            assert_eq!(read(site.find(path)), "nothing", "{path:?}");
        }
    }
}
