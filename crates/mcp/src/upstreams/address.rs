//! Where a server is.

use mainstay_kernel::Secret;
use mainstay_outbound::header::HeaderName;
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use url::Url;

/// Where a server is, and what it is told so that it answers. A debug print shows neither arguments, nor values, nor
/// more of a URL than its host: all of them may be secrets.
#[derive(Clone, PartialEq, Eq)]
pub enum Address {
    /// A process of this machine, spoken to over its standard input and output.
    Process {
        /// The program: a path, or a name that is looked up in `PATH`.
        command: String,
        /// Its arguments.
        args: Vec<String>,
        /// What its environment has besides `PATH`, `HOME`, `LANG` and `TMPDIR`; nothing of ours is handed on.
        variables: BTreeMap<String, Secret<String>>,
        /// The folder that it works in, which is its `HOME` too.
        folder: PathBuf,
    },
    /// An address that speaks Streamable HTTP.
    Http {
        /// The endpoint.
        url: Url,
        /// What every request carries besides the headers of the protocol.
        headers: Vec<(HeaderName, Secret<String>)>,
    },
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Process { command, .. } => {
                f.debug_struct("Process").field("command", command).finish_non_exhaustive()
            }
            Self::Http { url, .. } => f.debug_struct("Http").field("host", &url.host_str()).finish_non_exhaustive(),
        }
    }
}
