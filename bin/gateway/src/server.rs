//! The actix application: what wraps what, and how it ends.

use crate::api;
use crate::compose::Services;
use crate::config::Settings;
use crate::cors::{cors, let_pages_in};
use crate::doors::{self, Door};
use crate::hosting::visitors;
use crate::system::{Document, docs};
use crate::tls::{self, Watch};
use actix_governor::Governor;
use actix_web::dev::{Server, ServerHandle};
use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, web};
use anyhow::Context as _;
use mainstay_edge::log::RequestLog;
use mainstay_edge::{Admission, Mounted, TrustedProxies, connection, envelope, shield};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tracing_actix_web::TracingLogger;

/// How long a connection may take to send a request's head, and may then idle.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// A server that has its port.
pub(crate) struct Bound {
    server: Server,
    // Keeps the certificate fresh for as long as it serves.
    _certificate: Option<Watch>,
}

impl Bound {
    /// What stops it.
    pub(crate) fn handle(&self) -> ServerHandle {
        self.server.handle()
    }

    /// Serves until it is stopped.
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        self.server.await.context("the server ended")
    }
}

/// Takes the port.
///
/// # Errors
/// When the port is taken, or the certificate cannot be used.
pub(crate) fn bind(settings: &Settings, services: &Services) -> anyhow::Result<Bound> {
    let mounted = api::routes();
    let uncounted = mounted.uncounted();
    let admission = web::Data::new(services.admission(settings, uncounted.clone())?);
    let proxies = TrustedProxies::new(settings.trusted_proxies.clone());
    let shield = shield::rules(admission.anonymous, proxies, uncounted, Arc::clone(&services.clock));
    let declared = (mounted, web::Data::new(Document::new(&settings.public_url)));
    let shared = Shared::new(settings, services, declared, &admission)?;
    let shield = shield.context("the anonymous rate limit cannot be used")?;
    tokio::spawn(shield::forget_the_quiet(shield.clone()));
    let origins = settings.cors_origins.clone();
    let server = HttpServer::new(move || {
        // The last layer is the outermost: every answer of our own, whoever gave it, is sealed and logged, and visitors of
        // sites meet none of that.
        App::new()
            .configure(|config| shared.configure(config))
            .wrap(Governor::new(&shield))
            .wrap(cors(&origins))
            .wrap(from_fn(let_pages_in))
            .wrap(from_fn(envelope::seal))
            .wrap(TracingLogger::<RequestLog>::new())
            .wrap(from_fn(visitors::answer))
    });
    let server = server
        .workers(settings.workers)
        .client_request_timeout(HEAD_TIMEOUT)
        .keep_alive(KEEP_ALIVE)
        // An answer's head and its body may be written apart: the second is not to wait for the first's acknowledgement.
        .tcp_nodelay(true)
        .disable_signals()
        .on_connect(connection::note)
        .shutdown_timeout(settings.shutdown.as_secs());
    let taken = |address: SocketAddr| format!("{address} cannot be listened on");
    let (own, watch) = settings.tls.clone().map(tls::own).transpose()?.unzip();
    let speaks_https = own.is_some();
    let tls = tls::server(own, Arc::clone(&services.hosting.serving));
    let server =
        if speaks_https { server.bind_rustls_0_23(settings.listen, tls.clone()) } else { server.bind(settings.listen) };
    let mut server = server.with_context(|| taken(settings.listen))?;
    if let Some(address) = settings.hosting.https_listen {
        server = server.bind_rustls_0_23(address, tls).with_context(|| taken(address))?;
    }
    Ok(Bound { server: server.run(), _certificate: watch })
}

/// What all workers share.
#[derive(Clone)]
struct Shared {
    mounted: Mounted,
    docs: bool,
    doors: Arc<[Door]>,
}

impl Shared {
    fn new(
        settings: &Settings,
        services: &Services,
        (mounted, document): (Mounted, web::Data<Document>),
        admission: &web::Data<Admission>,
    ) -> anyhow::Result<Self> {
        let mut doors = doors::of_services(services);
        doors.extend(doors::of_settings(settings, services));
        doors.extend([doors::door(admission), doors::door(&document)]);
        doors.push(doors::door(&web::Data::new(services.idempotency())));
        doors.push(doors::door(&web::Data::new(services.metrics()?)));
        Ok(Self { mounted, docs: settings.docs, doors: doors.into() })
    }

    fn configure(&self, config: &mut web::ServiceConfig) {
        for open in self.doors.iter() {
            open(config);
        }
        if self.docs {
            docs::mount(config);
        }
        self.mounted.configure(config);
    }
}
