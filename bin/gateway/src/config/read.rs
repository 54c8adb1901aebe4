//! The way from texts to typed settings.

use super::error::{ConfigError, Place};
use super::rows::{self, Row};
use super::sources::Values;
use super::url::SecretUrl;
use super::value;
use super::{
    AcmeSettings, CorsOrigins, DatabaseSettings, HostingSettings, LogFormat, LogSettings, OAuthSettings, RedisAway,
};
use super::{MailSettings, PaymentSettings, Settings, StripeSettings, TlsFiles, TrackingSettings, WebhookSettings};
use mainstay_hosting::egress::Hosts;
use mainstay_tracking::intake::Strangers;
use std::io::IsTerminal as _;
use std::num::NonZeroU32;
use std::path::Path;
use std::time::Duration;

/// Reads values by the names of their rows.
pub(super) struct Reader(Values);

impl Reader {
    /// Over the values that were set.
    pub(super) const fn new(values: Values) -> Self {
        Self(values)
    }

    /// All settings.
    ///
    /// # Errors
    /// When a value cannot be used, or a setting lacks another that it needs.
    pub(super) fn settings(&self) -> Result<Settings, ConfigError> {
        let listen = self.required("listen", value::socket)?;
        let data_dir = self.required("data_dir", value::path)?;
        let tls = self.tls()?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        let public_url = self.optional("public_url", value::public_url)?;
        let public_url = public_url.unwrap_or_else(|| format!("{scheme}://{listen}"));
        let workers = self.optional("workers", |text| value::number(text, 1, 1024))?;
        Ok(Settings {
            mail: self.mail(&public_url)?,
            public_url,
            database: self.database(&data_dir)?,
            listen,
            data_dir,
            tls,
            redis_url: self.optional("redis_url", value::redis_url)?,
            redis_away: self.required("redis_away", |text| {
                value::word(text, &[("local", RedisAway::Local), ("refuse", RedisAway::Refuse)])
            })?,
            secret_key: self.optional("secret_key", value::secret_key)?,
            key_brand: self.required("key_brand", value::key_brand)?,
            plans_file: self.optional("plans_file", value::path)?,
            payments: self.payments()?,
            tracking: self.tracking()?,
            mcp_file: self.optional("mcp_file", value::path)?,
            webhooks: self.webhooks()?,
            outbound_allow: self.optional("outbound_allow", value::networks)?.unwrap_or_default(),
            anonymous_rate_limit: self
                .required("anonymous_rate_limit", |text| value::number(text, NonZeroU32::MIN, NonZeroU32::MAX))?,
            open_plans: self.required("open_plans", value::truth)?,
            oauth: OAuthSettings {
                registration: self.required("oauth_registration", value::truth)?,
                client_documents: self.required("oauth_client_documents", value::truth)?,
            },
            hosting: self.hosting()?,
            trusted_proxies: self.optional("trusted_proxies", value::networks)?.unwrap_or_default(),
            cors_origins: self.cors_origins()?,
            docs: self.required("docs", value::truth)?,
            log: self.log()?,
            workers: workers.unwrap_or_else(cores),
            max_body_bytes: self.required("max_body_bytes", |text| value::number(text, 1024, 1 << 30))?,
            shutdown: Duration::from_secs(self.required("shutdown_seconds", |text| value::number(text, 0, 3600))?),
        })
    }

    fn database(&self, data_dir: &Path) -> Result<DatabaseSettings, ConfigError> {
        let url = self.optional("database_url", value::database_url)?;
        let url = url.unwrap_or_else(|| SecretUrl::sqlite(&data_dir.join("mainstay.db")));
        Ok(DatabaseSettings { url, pool: self.required("database_pool", |text| value::number(text, 1, 1000))? })
    }

    fn tls(&self) -> Result<Option<TlsFiles>, ConfigError> {
        let (cert, key) = (self.optional("tls_cert", value::path)?, self.optional("tls_key", value::path)?);
        match (cert, key) {
            (Some(cert), Some(key)) => Ok(Some(TlsFiles { cert, key })),
            (None, None) => Ok(None),
            (Some(_), None) => Err(self.alone("tls_cert", "tls_key")),
            (None, Some(_)) => Err(self.alone("tls_key", "tls_cert")),
        }
    }

    fn mail(&self, public_url: &str) -> Result<MailSettings, ConfigError> {
        let app_url = self.optional("app_url", value::public_url)?;
        Ok(MailSettings {
            url: self.required("mail_url", value::mail_url)?,
            from: self.required("mail_from", value::mail_from)?,
            brand_name: self.required("brand_name", value::brand_name)?,
            app_url: app_url.unwrap_or_else(|| public_url.to_owned()),
        })
    }

    fn tracking(&self) -> Result<TrackingSettings, ConfigError> {
        let words = [("collect", Strangers::Collect), ("ignore", Strangers::Ignore), ("refuse", Strangers::Refuse)];
        Ok(TrackingSettings {
            unknown_domains: self.required("tracking_unknown_domains", |text| value::word(text, &words))?,
            geo_file: self.optional("geo_file", value::path)?,
        })
    }

    fn webhooks(&self) -> Result<WebhookSettings, ConfigError> {
        Ok(WebhookSettings {
            allow_private: self.required("webhooks_allow_private", value::truth)?,
            retry_schedule: self.required("webhooks_retry_schedule", value::schedule)?,
            retention: self.required("webhooks_retention_days", value::days)?,
        })
    }

    fn payments(&self) -> Result<PaymentSettings, ConfigError> {
        let is_stripe = self.required("payments", |text| value::word(text, &[("manual", false), ("stripe", true)]))?;
        let url = self.required("stripe_url", value::public_url)?;
        let secret = |name| self.optional(name, value::secret);
        let (secret_key, webhook_secret) = (secret("stripe_secret_key")?, secret("stripe_webhook_secret")?);
        if !is_stripe {
            return Ok(PaymentSettings::Manual);
        }
        let secret_key = secret_key.ok_or_else(|| self.alone("payments", "stripe_secret_key"))?;
        let webhook_secret = webhook_secret.ok_or_else(|| self.alone("payments", "stripe_webhook_secret"))?;
        Ok(PaymentSettings::Stripe(StripeSettings { url, secret_key, webhook_secret }))
    }

    fn hosting(&self) -> Result<HostingSettings, ConfigError> {
        Ok(HostingSettings {
            allow_file_repositories: self.required("hosting_allow_file_repositories", value::truth)?,
            database_max_mb: self.required("hosting_database_max_mb", |text| value::number(text, 16, 1_048_576))?,
            build_hosts: self.required("hosting_build_hosts", value::hosts)?,
            program_hosts: self.required("hosting_program_hosts", value::hosts)?.unwrap_or(Hosts::none()),
            container_engine: self.optional("hosting_container_engine", value::unix_socket)?,
            domain: self.required("hosting_domain", value::domain)?,
            dns: self.optional("hosting_dns", value::sockets)?,
            acme: self.acme()?,
            https_listen: self.optional("hosting_https_listen", value::socket)?,
            mariadb_url: self.optional("hosting_mariadb_url", value::mariadb_url)?,
            postgres_url: self.optional("hosting_postgres_url", value::postgres_url)?,
            toolchains: self.optional("hosting_toolchains", value::directories)?.unwrap_or_default(),
        })
    }

    fn acme(&self) -> Result<Option<AcmeSettings>, ConfigError> {
        let email = self.optional("hosting_acme_email", value::email)?;
        let ca = self.optional("hosting_acme_ca", value::path)?;
        let directory = self.optional("hosting_acme_directory", value::https_url)?;
        Ok(directory.map(|directory| AcmeSettings { directory, email, ca }))
    }

    fn cors_origins(&self) -> Result<CorsOrigins, ConfigError> {
        let read = |text: &str| match text {
            "*" => Ok(CorsOrigins::Any),
            list => value::origins(list).map(CorsOrigins::These),
        };
        Ok(self.optional("cors_origins", read)?.unwrap_or(CorsOrigins::These(Vec::new())))
    }

    fn log(&self) -> Result<LogSettings, ConfigError> {
        let formats = [("text", LogFormat::Text), ("json", LogFormat::Json)];
        let terminal = || if std::io::stderr().is_terminal() { LogFormat::Text } else { LogFormat::Json };
        let format = self.optional("log_format", |text| value::word(text, &formats))?;
        Ok(LogSettings { filter: self.required("log", value::log_filter)?, format: format.unwrap_or_else(terminal) })
    }

    /// A setting that always has a value.
    fn required<T>(&self, name: &str, read: impl Fn(&str) -> Result<T, String>) -> Result<T, ConfigError> {
        Ok(self.optional(name, read)?.expect("a setting without a default is read as optional"))
    }

    /// A setting that may have none.
    fn optional<T>(&self, name: &str, read: impl Fn(&str) -> Result<T, String>) -> Result<Option<T>, ConfigError> {
        let (text, place) = self.0.get(row(name));
        text.map(read).transpose().map_err(|problem| ConfigError::Invalid(place, problem))
    }

    /// `present` was set without its companion.
    fn alone(&self, present: &str, missing: &str) -> ConfigError {
        let (_, present) = self.0.get(row(present));
        let missing = Place::of(row(missing), present.source.clone()).name;
        ConfigError::Alone { present, missing }
    }
}

fn row(name: &str) -> &'static Row {
    rows::find(name).expect("only settings that have a row are read")
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
