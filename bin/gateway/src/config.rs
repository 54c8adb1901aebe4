//! Every setting, typed and checked. What there is to set stands in [`rows`].

mod error;
pub(crate) mod mcp;
pub(crate) mod plans;
mod read;
pub(crate) mod rows;
mod sources;
#[cfg(test)]
mod tests;
pub(crate) mod url;
mod value;

pub(crate) use self::error::ConfigError;
use self::read::Reader;
use self::sources::Values;
use self::url::SecretUrl;
use ipnet::IpNet;
use mainstay_hosting::egress::Hosts;
use mainstay_kernel::Secret;
use mainstay_mail::{Brand, BrandError};
use mainstay_tracking::intake::Strangers;
use std::ffi::OsString;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The settings of a gateway. Its debug print shows no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settings {
    /// Where it listens.
    pub(crate) listen: SocketAddr,
    /// How the outside reaches it, without a trailing slash.
    pub(crate) public_url: String,
    /// Where the database file and generated keys lie.
    pub(crate) data_dir: PathBuf,
    /// Which database, and most connections to it.
    pub(crate) database: DatabaseSettings,
    /// The certificate, if it speaks HTTPS.
    pub(crate) tls: Option<TlsFiles>,
    /// The Redis server, if several nodes share the work.
    pub(crate) redis_url: Option<SecretUrl>,
    /// What to do while Redis is away.
    pub(crate) redis_away: RedisAway,
    /// How mail is sent.
    pub(crate) mail: MailSettings,
    /// The master keys; none means the one in the data directory, made at the first start.
    pub(crate) secret_key: Option<Secret<String>>,
    /// What API keys begin with.
    pub(crate) key_brand: String,
    /// The catalogue of plans, if not the built-in one.
    pub(crate) plans_file: Option<PathBuf>,
    /// How credits are paid.
    pub(crate) payments: PaymentSettings,
    /// What is tracked on pages.
    pub(crate) tracking: TrackingSettings,
    /// The registry of MCP servers, if not the built-in one.
    pub(crate) mcp_file: Option<PathBuf>,
    /// How webhooks are delivered.
    pub(crate) webhooks: WebhookSettings,
    /// Networks that may be asked though they are private.
    pub(crate) outbound_allow: Vec<IpNet>,
    /// Requests a minute an address may make without a credential.
    pub(crate) anonymous_rate_limit: NonZeroU32,
    /// Whether anyone may choose a plan for a workspace.
    pub(crate) open_plans: bool,
    /// Which applications may let people log in that nobody here registered.
    pub(crate) oauth: OAuthSettings,
    /// How sites are hosted.
    pub(crate) hosting: HostingSettings,
    /// Networks whose `X-Forwarded-For` is believed.
    pub(crate) trusted_proxies: Vec<IpNet>,
    /// Whose browsers may call.
    pub(crate) cors_origins: CorsOrigins,
    /// Whether the interactive API documentation is served.
    pub(crate) docs: bool,
    /// What is logged, and how.
    pub(crate) log: LogSettings,
    /// Threads that serve requests.
    pub(crate) workers: usize,
    /// Largest request body, in bytes.
    pub(crate) max_body_bytes: usize,
    /// How long requests and workers may finish after `SIGTERM`.
    pub(crate) shutdown: Duration,
}

/// Which database, and how many connections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DatabaseSettings {
    /// Begins with `sqlite://`, `postgres://` or `postgresql://`.
    pub(crate) url: SecretUrl,
    /// Most connections at a time.
    pub(crate) pool: usize,
}

/// The PEM files of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TlsFiles {
    /// The certificate chain, the server's own first.
    pub(crate) cert: PathBuf,
    /// The private key.
    pub(crate) key: PathBuf,
}

/// What a limit does while Redis is away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RedisAway {
    /// Each node counts for itself.
    Local,
    /// Requests are refused as unavailable.
    Refuse,
}

/// How mail is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MailSettings {
    /// Where it goes, as [`mainstay_mail::transport::open`] reads it.
    pub(crate) url: Secret<String>,
    /// Who it comes from.
    pub(crate) from: String,
    /// What it calls the product.
    pub(crate) brand_name: String,
    /// What its links are built on.
    pub(crate) app_url: String,
}

impl MailSettings {
    /// What stands on every mail.
    ///
    /// # Errors
    /// None that reading the settings would not have told of.
    pub(crate) fn brand(&self) -> Result<Brand, BrandError> {
        Brand::new(&self.brand_name, &self.from, &self.app_url)
    }
}

/// How credits are paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PaymentSettings {
    /// The owner of the installation settles purchases.
    Manual,
    /// Stripe takes payments.
    Stripe(StripeSettings),
}

/// How Stripe is asked, and known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StripeSettings {
    /// Where it is asked, without a trailing slash.
    pub(crate) url: String,
    /// What it is asked with.
    pub(crate) secret_key: Secret<String>,
    /// What its webhooks are signed with.
    pub(crate) webhook_secret: Secret<String>,
}

/// How webhooks are delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WebhookSettings {
    /// Whether http and private addresses are permitted.
    pub(crate) allow_private: bool,
    /// The waits between attempts.
    pub(crate) retry_schedule: Vec<Duration>,
    /// How long events and what came of them are kept.
    pub(crate) retention: Duration,
}

/// What is tracked on pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TrackingSettings {
    /// What becomes of events on domains that nobody registered.
    pub(crate) unknown_domains: Strangers,
    /// A file that knows the countries of addresses.
    pub(crate) geo_file: Option<PathBuf>,
}

/// Which applications may let people log in that nobody here registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OAuthSettings {
    /// Whether they may register themselves.
    pub(crate) registration: bool,
    /// Whether they may be called by the address of a document that describes them.
    pub(crate) client_documents: bool,
}

/// How sites are hosted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HostingSettings {
    /// Whether sites may be cloned from `file://`.
    pub(crate) allow_file_repositories: bool,
    /// Which hosts builds may reach; none: no network at all.
    pub(crate) build_hosts: Option<Hosts>,
    /// The socket of the container engine that runs images, if there is one.
    pub(crate) container_engine: Option<PathBuf>,
    /// How large a database may be at most, in MiB.
    pub(crate) database_max_mb: u32,
    /// Which hosts programs of sites may reach at most.
    pub(crate) program_hosts: Hosts,
    /// Sites answer at `<name>.<domain>`.
    pub(crate) domain: String,
    /// Name servers that are asked whose domains are, if not those of the system.
    pub(crate) dns: Option<Vec<SocketAddr>>,
    /// Who vouches for domains, if anybody does.
    pub(crate) acme: Option<AcmeSettings>,
    /// Where domains are answered by HTTPS, each with its own certificate.
    pub(crate) https_listen: Option<SocketAddr>,
    /// The server that databases of MariaDB are made on, as who may do everything there.
    pub(crate) mariadb_url: Option<SecretUrl>,
    /// The same of PostgreSQL.
    pub(crate) postgres_url: Option<SecretUrl>,
    /// Directories that builds are shown beside the system.
    pub(crate) toolchains: Vec<PathBuf>,
}

/// Whoever vouches for domains, and is asked by ACME.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AcmeSettings {
    /// The URL of its directory.
    pub(crate) directory: String,
    /// Whom it writes to.
    pub(crate) email: Option<String>,
    /// The certificates that vouch for itself, if the system does not know them.
    pub(crate) ca: Option<PathBuf>,
}

/// Whose browsers may call from another origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CorsOrigins {
    /// Everyone's.
    Any,
    /// Those of these origins, in the form that browsers send; empty: nobody's.
    These(Vec<String>),
}

/// What is logged, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LogSettings {
    /// A filter that `tracing-subscriber` reads.
    pub(crate) filter: String,
    /// The form of a line.
    pub(crate) format: LogFormat,
}

/// The form of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// For a person.
    Text,
    /// One JSON object a line.
    Json,
}

impl Settings {
    /// The settings of this process: defaults, then `file` or else `mainstay.toml` in the working directory if it is
    /// there, then the environment.
    ///
    /// # Errors
    /// When a setting is unknown or its value cannot be used.
    pub(crate) fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        Self::from(file, Path::new("."), std::env::vars_os())
    }

    /// The settings of a given file, directory and environment.
    fn from(
        file: Option<&Path>,
        directory: &Path,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, ConfigError> {
        Reader::new(Values::collect(file, directory, environment)?).settings()
    }
}
