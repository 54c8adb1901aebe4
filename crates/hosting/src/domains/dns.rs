//! Asking name servers.

use async_trait::async_trait;
use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::RData;
use std::net::SocketAddr;
use std::time::Duration;

/// That name servers gave no answer, which says nothing of what there is.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct TextFault(pub String);

/// Who knows the texts that stand at a name.
#[async_trait]
pub trait TextRecords: Send + Sync {
    /// The texts of a name's records of type TXT (RFC 1035 section 3.3.14); none if there is no such name.
    ///
    /// # Errors
    /// When nobody answers.
    async fn texts(&self, name: &str) -> Result<Vec<String>, TextFault>;
}

/// How long one server may take, and how often it is asked.
const PATIENCE: Duration = Duration::from_secs(3);
const ATTEMPTS: usize = 2;

/// Name servers, which are asked anew each time: whoever has just written a record wants it seen.
pub struct NameServers(TokioResolver);

impl NameServers {
    /// Those that the system asks.
    ///
    /// # Errors
    /// When the system's settings cannot be read.
    pub fn of_system() -> Result<Self, TextFault> {
        let builder = TokioResolver::builder_tokio().map_err(|cause| TextFault(cause.to_string()))?;
        Self::built(builder)
    }

    /// Those at these addresses.
    ///
    /// # Errors
    /// When they cannot be set up.
    pub fn at(addresses: &[SocketAddr]) -> Result<Self, TextFault> {
        let server = |address: &SocketAddr| {
            let with_port = |mut connection: ConnectionConfig| {
                connection.port = address.port();
                connection
            };
            let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(with_port);
            NameServerConfig::new(address.ip(), true, connections.into())
        };
        let config = ResolverConfig::from_name_servers(addresses.iter().map(server).collect());
        Self::built(TokioResolver::builder_with_config(config, TokioRuntimeProvider::default()))
    }

    fn built(mut builder: hickory_resolver::ResolverBuilder<TokioRuntimeProvider>) -> Result<Self, TextFault> {
        let options = builder.options_mut();
        options.cache_size = 0;
        options.use_hosts_file = ResolveHosts::Never;
        options.timeout = PATIENCE;
        options.attempts = ATTEMPTS;
        builder.build().map(Self).map_err(|cause| TextFault(cause.to_string()))
    }
}

fn is_nothing(cause: &NetError) -> bool {
    cause.is_nx_domain() || cause.is_no_records_found()
}

#[async_trait]
impl TextRecords for NameServers {
    async fn texts(&self, name: &str) -> Result<Vec<String>, TextFault> {
        // The dot at the end: names of the installation's own network are never meant.
        let found = match self.0.txt_lookup(format!("{name}.")).await {
            Ok(found) => found,
            Err(cause) if is_nothing(&cause) => return Ok(Vec::new()),
            Err(cause) => return Err(TextFault(cause.to_string())),
        };
        let text = |data: &RData| match data {
            RData::TXT(text) => Some(String::from_utf8_lossy(&text.txt_data.concat()).into_owned()),
            _ => None,
        };
        Ok(found.answers().iter().filter_map(|record| text(&record.data)).collect())
    }
}
