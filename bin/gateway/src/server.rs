//! The actix application: what wraps what, and how it ends.

use crate::api;
use crate::compose::Services;
use crate::config::{CorsOrigins, Settings};
use crate::platform::PlanChoice;
use crate::system::{Document, docs};
use crate::tls::{self, Watch};
use actix_cors::Cors;
use actix_governor::Governor;
use actix_web::dev::Server;
use actix_web::middleware::{Condition, from_fn};
use actix_web::{App, HttpServer, web};
use anyhow::Context as _;
use mainstay_auth::AuthService;
use mainstay_edge::envelope::Security;
use mainstay_edge::idempotency::Idempotency;
use mainstay_edge::log::RequestLog;
use mainstay_edge::metrics::Metrics;
use mainstay_edge::{Admission, MaxBody, Mounted, PublicUrl, TrustedProxies, envelope, shield};
use mainstay_kernel::{Clock, Plans};
use mainstay_keys::KeyService;
use mainstay_store::Database;
use mainstay_store::audit::{self, Audit};
use mainstay_tenancy::{Memberships, WorkspaceService};
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
    /// Serves until the process is told to stop; requests that were begun are answered first.
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        self.server.await.context("the server ended")
    }
}

/// Takes the port.
///
/// # Errors
/// When the port is taken, or the certificate cannot be used.
pub(crate) fn bind(settings: &Settings, services: &Services) -> anyhow::Result<Bound> {
    let shared = Shared::new(settings, services)?;
    let proxies = TrustedProxies::new(settings.trusted_proxies.clone());
    let shield = shield::rules(shared.admission.anonymous, proxies, Arc::clone(&services.clock));
    let shield = shield.context("the anonymous rate limit cannot be used")?;
    tokio::spawn(shield::forget_the_quiet(shield.clone()));
    let origins = settings.cors_origins.clone();
    let server = HttpServer::new(move || {
        // The last layer is the outermost: every answer, whoever gave it, is sealed and logged.
        App::new()
            .configure(|config| shared.configure(config))
            .wrap(Governor::new(&shield))
            .wrap(Condition::new(origins != CorsOrigins::These(Vec::new()), cors(&origins)))
            .wrap(from_fn(envelope::seal))
            .wrap(TracingLogger::<RequestLog>::new())
    });
    let server = server
        .workers(settings.workers)
        .client_request_timeout(HEAD_TIMEOUT)
        .keep_alive(KEEP_ALIVE)
        .shutdown_timeout(settings.shutdown.as_secs());
    let taken = || format!("{} cannot be listened on", settings.listen);
    let Some(files) = settings.tls.clone() else {
        let server = server.bind_auto_h2c(settings.listen).with_context(taken)?.run();
        return Ok(Bound { server, _certificate: None });
    };
    let (config, watch) = tls::server(files)?;
    let server = server.bind_rustls_0_23(settings.listen, config).with_context(taken)?.run();
    Ok(Bound { server, _certificate: Some(watch) })
}

/// What all workers share.
#[derive(Clone)]
struct Shared {
    mounted: Mounted,
    docs: bool,
    admission: web::Data<Admission>,
    idempotency: web::Data<Idempotency>,
    metrics: web::Data<Metrics>,
    document: web::Data<Document>,
    public_url: web::Data<PublicUrl>,
    plan_choice: web::Data<PlanChoice>,
    people: web::Data<dyn AuthService>,
    workspaces: web::Data<dyn WorkspaceService>,
    memberships: web::Data<dyn Memberships>,
    keys: web::Data<dyn KeyService>,
    plans: web::Data<Plans>,
    clock: web::Data<dyn Clock>,
    database: web::Data<Database>,
    audit: web::Data<dyn Audit>,
    max_body: MaxBody,
    security: Security,
}

impl Shared {
    fn new(settings: &Settings, services: &Services) -> anyhow::Result<Self> {
        let (document, mounted) = api::declare(&settings.public_url);
        let keys: Arc<dyn KeyService> = services.keys.clone();
        Ok(Self {
            mounted,
            docs: settings.docs,
            admission: web::Data::new(services.admission(settings)?),
            idempotency: web::Data::new(services.idempotency()),
            metrics: web::Data::new(Services::metrics()?),
            document: web::Data::new(Document::new(&document)?),
            public_url: web::Data::new(PublicUrl::new(&settings.public_url)),
            plan_choice: web::Data::new(PlanChoice { open_to_all: settings.open_plans }),
            people: web::Data::from(services.people()),
            workspaces: web::Data::from(services.workspaces()),
            memberships: web::Data::from(services.memberships()),
            keys: web::Data::from(keys),
            plans: web::Data::from(Arc::clone(&services.plans)),
            clock: web::Data::from(Arc::clone(&services.clock)),
            database: web::Data::new(services.database.clone()),
            audit: web::Data::from(audit::open(&services.database)),
            max_body: MaxBody(settings.max_body_bytes),
            security: Security { https: settings.public_url.starts_with("https://") },
        })
    }

    fn configure(&self, config: &mut web::ServiceConfig) {
        config
            .app_data(self.admission.clone())
            .app_data(self.idempotency.clone())
            .app_data(self.metrics.clone())
            .app_data(self.document.clone())
            .app_data(self.public_url.clone())
            .app_data(self.plan_choice.clone())
            .app_data(self.people.clone())
            .app_data(self.workspaces.clone())
            .app_data(self.memberships.clone())
            .app_data(self.keys.clone())
            .app_data(self.plans.clone())
            .app_data(self.clock.clone())
            .app_data(self.database.clone())
            .app_data(self.audit.clone())
            .app_data(self.max_body)
            .app_data(self.security);
        if self.docs {
            docs::mount(config);
        }
        self.mounted.configure(config);
    }
}

/// Browser callers: any method and header of this API, from the origins of the setting. No
/// cookies are involved, so none are allowed to come along.
fn cors(origins: &CorsOrigins) -> Cors {
    let base = Cors::default().allow_any_method().allow_any_header().expose_any_header().max_age(3600);
    match origins {
        CorsOrigins::Any => base.allow_any_origin(),
        CorsOrigins::These(origins) => origins.iter().fold(base, |cors, origin| cors.allowed_origin(origin)),
    }
}
