//! Git, as it is let near what strangers wrote: by its command line with an argument vector, without hooks, filters and
//! submodules, with no credentials but those given for the repository, over the protocols that are allowed, to the address
//! that was checked.

use crate::deployments::FailureReason;
use crate::logs::{LogWriter, Stream};
use crate::repository::{Allowed, Repository};
use crate::sites::Pass;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mainstay_kernel::Secret;
use mainstay_outbound::{Names, Reach};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{Child, Command};

/// Clones for an installation.
pub struct Git {
    names: Arc<dyn Names>,
    reach: Reach,
    allowed: Allowed,
    // Its own file of settings: those of whoever runs the installation do not count.
    config: PathBuf,
}

/// What of a repository is wanted.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) repository: Repository,
    pub(super) branch: Option<String>,
    pub(super) commit: Option<String>,
    /// What the git server is shown, if it is to be.
    pub(super) pass: Option<Pass>,
}

/// What was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fetched {
    pub(super) commit: String,
    pub(super) message: String,
}

/// Why nothing was fetched.
#[derive(Debug)]
pub(super) struct Unfetched {
    pub(super) reason: FailureReason,
    pub(super) message: String,
    pub(super) exit_code: Option<i32>,
    pub(super) last_lines: Vec<String>,
}

/// How a run of git ended.
struct Ran {
    code: Option<i32>,
    output: String,
    complaints: Vec<String>,
}

/// What holds for every run, whatever a repository says.
const SETTINGS: [&str; 12] = [
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.untrackedCache=false",
    "core.pager=cat",
    "credential.helper=",
    "fetch.recurseSubmodules=false",
    "gc.auto=0",
    "http.followRedirects=false",
    "protocol.ext.allow=never",
    "submodule.recurse=false",
    "transfer.fsckObjects=true",
    "maintenance.auto=false",
];

/// Folders belong to whoever they belong to; that this is no reason to refuse can only be said in a file.
const CONFIG: &str = "[safe]\n\tdirectory = *\n[init]\n\tdefaultBranch = main\n[advice]\n\tdetachedHead = false\n";

/// Most lines of complaints that are kept for a record.
const MOST_COMPLAINTS: usize = 20;
/// Most bytes of what a run writes that are kept.
const MOST_OUTPUT: u64 = 256 * 1024;

impl Wanted {
    /// The header that opens the repository: for its own server, and no other that it may name.
    fn header(&self) -> Option<(String, Secret<String>)> {
        let pass = self.pass.as_ref().filter(|_| self.repository.url().scheme() != "file")?;
        let shown = STANDARD.encode(format!("{}:{}", pass.user, pass.token.expose()));
        let name = format!("http.{}/.extraHeader", self.repository.url().origin().ascii_serialization());
        Some((name, Secret::new(format!("Authorization: Basic {shown}"))))
    }
}

impl Unfetched {
    fn because(reason: FailureReason, message: impl Into<String>) -> Self {
        Self { reason, message: message.into(), exit_code: None, last_lines: Vec::new() }
    }

    fn internal(cause: &std::io::Error) -> Self {
        tracing::error!(%cause, "git cannot be run");
        Self::because(FailureReason::Internal, "git cannot be run here")
    }
}

impl Git {
    /// Clones from where may be reached.
    pub(crate) fn new(names: Arc<dyn Names>, reach: Reach, allowed: Allowed, root: &Path) -> Self {
        Self { names, reach, allowed, config: root.join("gitconfig") }
    }

    /// Fetches one state of a repository, and puts its files into a folder, which is made.
    pub(super) async fn fetch(&self, wanted: &Wanted, into: &Path, log: &LogWriter) -> Result<Fetched, Unfetched> {
        std::fs::create_dir_all(into).map_err(|cause| Unfetched::internal(&cause))?;
        std::fs::write(&self.config, CONFIG).map_err(|cause| Unfetched::internal(&cause))?;
        let pinned = self.pin(&wanted.repository).await?;
        let git = Session { git: self, pinned, shown: wanted.header(), folder: into, log };
        git.run(&["init", "--quiet"]).await?.checked("The folder for the source cannot be made")?;
        git.fetch_any(wanted).await?;
        let checkout = ["checkout", "--quiet", "--force", "--detach", "FETCH_HEAD"];
        git.run(&checkout).await?.checked("The files of the commit cannot be written")?;
        let shown = git.run(&["log", "-1", "--no-show-signature", "--format=%H%n%s", "FETCH_HEAD"]).await?;
        let shown = shown.checked("The commit cannot be read")?;
        let (commit, message) = shown.output.split_once('\n').unwrap_or((&shown.output, ""));
        Ok(Fetched { commit: commit.trim().to_owned(), message: message.trim().chars().take(500).collect() })
    }

    /// The one address at which git may look for the host, if it may be reached.
    async fn pin(&self, repository: &Repository) -> Result<Option<String>, Unfetched> {
        let url = repository.url();
        let Some(host) = url.host_str().filter(|_| url.scheme() != "file") else { return Ok(None) };
        let refuse = |message: String| Unfetched::because(FailureReason::HostNotAllowed, message);
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let addresses = match bare.parse::<IpAddr>() {
            Ok(address) => vec![address],
            Err(_) => self.names.addresses(host).await.unwrap_or_default(),
        };
        if addresses.is_empty() {
            return Err(Unfetched::because(FailureReason::CloneFailed, format!("The host {host} has no address")));
        }
        if !addresses.iter().all(|address| self.reach.has(*address)) {
            return Err(refuse(format!("The host {host} is not public, so it is not asked")));
        }
        let address = addresses.iter().find(|address| address.is_ipv4()).unwrap_or(&addresses[0]);
        let port = url.port_or_known_default().unwrap_or(443);
        let written = if address.is_ipv6() { format!("[{address}]") } else { address.to_string() };
        Ok(Some(format!("http.curloptResolve={bare}:{port}:{written}")))
    }

    /// What may be cloned.
    pub(super) const fn allowed(&self) -> Allowed {
        self.allowed
    }

    fn protocols(&self) -> &'static str {
        match (self.allowed.plain_http, self.allowed.files) {
            (false, false) => "https",
            (true, false) => "https:http",
            (false, true) => "https:file",
            (true, true) => "https:http:file",
        }
    }
}

/// Runs of git in one folder, against one address.
struct Session<'s> {
    git: &'s Git,
    pinned: Option<String>,
    /// A header for the git server: the setting's name, and what it says.
    shown: Option<(String, Secret<String>)>,
    folder: &'s Path,
    log: &'s LogWriter,
}

impl Session<'_> {
    /// Fetches the commit, else the branch, else the tag, else what the repository puts first.
    async fn fetch_any(&self, wanted: &Wanted) -> Result<(), Unfetched> {
        let candidates = match (&wanted.commit, &wanted.branch) {
            (Some(commit), _) => vec![commit.clone()],
            (None, Some(name)) => vec![format!("refs/heads/{name}"), format!("refs/tags/{name}")],
            (None, None) => vec!["HEAD".to_owned()],
        };
        let mut last = None;
        for candidate in candidates {
            let url = wanted.repository.as_str();
            let arguments =
                ["fetch", "--quiet", "--depth=1", "--no-tags", "--no-write-commit-graph", "--", url, &candidate];
            let ran = self.run(&arguments).await?;
            if ran.code == Some(0) {
                return Ok(());
            }
            let is_absent = ran.complaints.iter().any(|line| line.contains("couldn't find remote ref"));
            last = Some(ran);
            if !is_absent {
                break;
            }
        }
        Err(last.map_or_else(
            || Unfetched::because(FailureReason::Internal, "Nothing was asked for"),
            |ran| ran.unfetched(wanted),
        ))
    }

    async fn run(&self, arguments: &[&str]) -> Result<Ran, Unfetched> {
        let mut command = Command::new("git");
        for setting in SETTINGS.iter().copied().chain(self.pinned.as_deref()) {
            command.args(["-c", setting]);
        }
        command.args(arguments).current_dir(self.folder).env_clear();
        for kept in ["PATH", "LD_LIBRARY_PATH", "SSL_CERT_FILE", "SSL_CERT_DIR"] {
            if let Some(value) = std::env::var_os(kept) {
                command.env(kept, value);
            }
        }
        if let Some((name, header)) = &self.shown {
            // Not among the arguments, which everybody on the machine sees.
            command
                .env("GIT_CONFIG_COUNT", "1")
                .env("GIT_CONFIG_KEY_0", name)
                .env("GIT_CONFIG_VALUE_0", header.expose());
        }
        command
            .env("HOME", self.folder)
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", &self.git.config)
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_ASKPASS", "/bin/false")
            .env("GIT_ALLOW_PROTOCOL", self.git.protocols())
            .env("GIT_LFS_SKIP_SMUDGE", "1")
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // Its helpers end with it: they are of its group.
            .process_group(0)
            .kill_on_drop(true);
        let child = command.spawn().map_err(|cause| Unfetched::internal(&cause))?;
        self.follow(child).await.map_err(|cause| Unfetched::internal(&cause))
    }

    async fn follow(&self, mut child: Child) -> std::io::Result<Ran> {
        let mut group = Group(child.id());
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let (status, output, complaints) = tokio::try_join!(child.wait(), bounded(stdout), bounded(stderr))?;
        group.is_over();
        let mut complaints: Vec<String> = complaints.lines().map(|line| line.trim_end().to_owned()).collect();
        for line in &complaints {
            self.log.tell(Stream::Stderr, line);
        }
        complaints.drain(..complaints.len().saturating_sub(MOST_COMPLAINTS));
        Ok(Ran { code: status.code(), output, complaints })
    }
}

/// The beginning of what a program writes; the rest is read too, or it would wait for that for ever.
async fn bounded(written: Option<impl AsyncRead + Unpin>) -> std::io::Result<String> {
    let Some(written) = written else { return Ok(String::new()) };
    let (mut kept, mut written) = (Vec::new(), written.take(MOST_OUTPUT));
    written.read_to_end(&mut kept).await?;
    tokio::io::copy(&mut written.into_inner(), &mut tokio::io::sink()).await?;
    Ok(String::from_utf8_lossy(&kept).into_owned())
}

/// A group of processes that ends when nobody waits for it any longer.
struct Group(Option<u32>);

impl Group {
    /// It has ended by itself; its number may be another's by now.
    fn is_over(&mut self) {
        self.0 = None;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let leader = self.0.and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw);
        if let Some(leader) = leader {
            // Nobody may be left, which is as well.
            let _ = rustix::process::kill_process_group(leader, rustix::process::Signal::KILL);
        }
    }
}

impl Ran {
    fn checked(self, message: &str) -> Result<Self, Unfetched> {
        if self.code == Some(0) { Ok(self) } else { Err(self.failed(FailureReason::CloneFailed, message.to_owned())) }
    }

    fn failed(self, reason: FailureReason, message: String) -> Unfetched {
        Unfetched { reason, message, exit_code: self.code, last_lines: self.complaints }
    }

    /// Why a fetch failed, as far as git says.
    fn unfetched(self, wanted: &Wanted) -> Unfetched {
        let says = |text: &str| self.complaints.iter().any(|line| line.contains(text));
        let revision = wanted.commit.as_ref().or(wanted.branch.as_ref());
        if says("couldn't find remote ref") || says("not our ref") {
            let message = match revision {
                Some(name) => format!("The repository has no branch, tag or commit {name}"),
                None => "The repository is empty".to_owned(),
            };
            return self.failed(FailureReason::RevisionNotFound, message);
        }
        let message = if says("could not read Username") || says("Authentication failed") {
            match wanted.pass {
                Some(_) => "The git server does not accept repositoryToken for this repository",
                None => "The repository is private or not there: a private one needs a repositoryToken",
            }
        } else if says("redirect") {
            "The repository has moved: give the address that it has now"
        } else if says("not found") || says("does not appear to be a git repository") || says("does not exist") {
            match wanted.pass {
                Some(_) => "There is no repository at this address that repositoryToken opens",
                None => "There is no repository at this address that is public: a private one needs a repositoryToken",
            }
        } else {
            "The repository cannot be fetched"
        };
        self.failed(FailureReason::CloneFailed, message.to_owned())
    }
}
