//! The front doors that handlers ask for by their traits.

use crate::compose::Services;
use crate::config::{CorsOrigins, Settings};
use crate::hosting::{Https, Introducing, LiveUrls, StripeHook};
use crate::mcp::Transport;
use crate::pages::{Hosted, Html};
use crate::platform::PlanChoice;
use actix_web::web::{Data, ServiceConfig};
use mainstay_auth::{
    AuthService, ClientRegistrationService, ClientService, DepartureService, DeviceService, EmailService,
    PasswordService, ProfileService, ProviderService, RegistrationService, SearchService, SecondFactorService,
    SessionService,
};
use mainstay_edge::envelope::Security;
use mainstay_edge::{BrandName, Dialect as _, ErrorPage, MaxBody, PublicUrl};
use mainstay_entitlements::EntitlementService;
use mainstay_entitlements::benefits::BenefitService;
use mainstay_entitlements::credits::CreditService;
use mainstay_entitlements::credits::purchases::PurchaseService;
use mainstay_entitlements::offer::OfferService;
use mainstay_entitlements::reservations::ReservationService;
use mainstay_entitlements::usage::series::SeriesService;
use mainstay_hosting::databases::DatabaseService;
use mainstay_hosting::deployments::DeploymentService;
use mainstay_hosting::domains::DomainService as SiteDomainService;
use mainstay_hosting::hooks::HookService;
use mainstay_hosting::logs::LogService;
use mainstay_hosting::metrics::MetricsService;
use mainstay_hosting::sites::{HistoryService, SiteService};
use mainstay_hosting::variables::VariableService;
use mainstay_kernel::Clock;
use mainstay_keys::KeyService;
use mainstay_mcp::calls::CallService;
use mainstay_mcp::servers::ServerService;
use mainstay_mcp::versions::VersionService;
use mainstay_mcp::{McpService, Meter};
use mainstay_store::audit;
use mainstay_tenancy::{
    InviteService, Memberships, PermissionService, ProjectMemberService, ProjectService, WorkspaceService,
};
use mainstay_tracking::aims::AimService;
use mainstay_tracking::domains::DomainService;
use mainstay_tracking::intake::IntakeService;
use mainstay_tracking::reports::ReportService;
use mainstay_tracking::seo::audits::AuditService;
use mainstay_tracking::seo::issues::IssueService;
use mainstay_tracking::seo::reports::ReportService as SeoReportService;
use mainstay_webhooks::deliveries::DeliveryService;
use mainstay_webhooks::endpoints::EndpointService;
use mainstay_webhooks::event_types::EventTypeService;
use mainstay_webhooks::publishing::PublishService;
use mainstay_webhooks::replays::ReplayService;
use std::sync::Arc;

/// Gives one thing to an application as its data.
pub(crate) type Door = Box<dyn Fn(&mut ServiceConfig) + Send + Sync>;

/// The door to a thing.
pub(crate) fn door<T: Send + Sync + ?Sized + 'static>(to: &Data<T>) -> Door {
    let to = to.clone();
    Box::new(move |config| {
        config.app_data(to.clone());
    })
}

fn shared<T: Send + Sync + ?Sized + 'static>(to: Arc<T>) -> Door {
    door(&Data::from(to))
}

/// What the domains offer.
pub(crate) fn of_services(services: &Services) -> Vec<Door> {
    let Services { account, sharing, letting, auth, tenancy, keys, webhooks, mcp, tracking, hosting, .. } = services;
    vec![
        shared(Arc::clone(auth)),
        shared(Arc::clone(auth) as Arc<dyn AuthService>),
        shared(Arc::clone(auth) as Arc<dyn SessionService>),
        shared(Arc::clone(&account.registration) as Arc<dyn RegistrationService>),
        shared(Arc::clone(&account.passwords) as Arc<dyn PasswordService>),
        shared(Arc::clone(&account.addresses) as Arc<dyn EmailService>),
        shared(Arc::clone(&account.profiles) as Arc<dyn ProfileService>),
        shared(Arc::clone(&account.searches) as Arc<dyn SearchService>),
        shared(Arc::clone(&account.second_factor) as Arc<dyn SecondFactorService>),
        shared(Arc::clone(&account.departures) as Arc<dyn DepartureService>),
        shared(Arc::clone(&letting.clients) as Arc<dyn ClientService>),
        shared(Arc::clone(&letting.provider) as Arc<dyn ProviderService>),
        shared(Arc::clone(&letting.provider) as Arc<dyn DeviceService>),
        shared(Arc::clone(&letting.registrations) as Arc<dyn ClientRegistrationService>),
        shared(Arc::clone(tenancy) as Arc<dyn WorkspaceService>),
        shared(Arc::clone(tenancy) as Arc<dyn Memberships>),
        shared(Arc::clone(&sharing.projects) as Arc<dyn ProjectService>),
        shared(Arc::clone(&sharing.members) as Arc<dyn ProjectMemberService>),
        shared(Arc::clone(&sharing.permissions) as Arc<dyn PermissionService>),
        shared(Arc::clone(&sharing.invites) as Arc<dyn InviteService>),
        shared(Arc::clone(keys) as Arc<dyn KeyService>),
        shared(Arc::clone(&webhooks.endpoints) as Arc<dyn EndpointService>),
        shared(Arc::clone(&webhooks.publisher) as Arc<dyn PublishService>),
        shared(Arc::clone(&webhooks.deliveries) as Arc<dyn DeliveryService>),
        shared(Arc::clone(&webhooks.event_types) as Arc<dyn EventTypeService>),
        shared(Arc::clone(&webhooks.replays) as Arc<dyn ReplayService>),
        shared(Arc::clone(&services.offers) as Arc<dyn OfferService>),
        shared(Arc::clone(&services.entitlements) as Arc<dyn EntitlementService>),
        shared(Arc::clone(&services.entitlements) as Arc<dyn BenefitService>),
        shared(Arc::clone(&services.entitlements) as Arc<dyn ReservationService>),
        shared(Arc::clone(&services.entitlements) as Arc<dyn SeriesService>),
        shared(Arc::clone(&services.selling.credits) as Arc<dyn CreditService>),
        shared(Arc::clone(&services.selling.purchases) as Arc<dyn PurchaseService>),
        door(&Data::new(StripeHook(services.selling.stripe.clone()))),
        shared(Arc::clone(&mcp.mcp) as Arc<dyn McpService>),
        shared(Arc::clone(&mcp.servers) as Arc<dyn ServerService>),
        shared(Arc::clone(&mcp.versions) as Arc<dyn VersionService>),
        shared(Arc::clone(&mcp.log) as Arc<dyn CallService>),
        shared(Arc::clone(&services.tool_calls) as Arc<dyn Meter>),
        shared(Arc::clone(&tracking.domains) as Arc<dyn DomainService>),
        shared(Arc::clone(&tracking.intake) as Arc<dyn IntakeService>),
        shared(Arc::clone(&tracking.reports) as Arc<dyn ReportService>),
        shared(Arc::clone(&tracking.aims) as Arc<dyn AimService>),
        shared(Arc::clone(&services.seo.reports) as Arc<dyn SeoReportService>),
        shared(Arc::clone(&services.seo.issues) as Arc<dyn IssueService>),
        shared(Arc::clone(&services.seo.audits) as Arc<dyn AuditService>),
        shared(Arc::clone(&hosting.sites) as Arc<dyn SiteService>),
        shared(Arc::clone(&hosting.deployments) as Arc<dyn DeploymentService>),
        shared(Arc::clone(&hosting.hooks) as Arc<dyn HookService>),
        shared(Arc::clone(&hosting.variables) as Arc<dyn VariableService>),
        shared(Arc::clone(&hosting.domains) as Arc<dyn SiteDomainService>),
        shared(Arc::clone(&hosting.databases) as Arc<dyn DatabaseService>),
        shared(Arc::clone(&hosting.logs) as Arc<dyn LogService>),
        shared(Arc::clone(&hosting.history) as Arc<dyn HistoryService>),
        shared(Arc::clone(&hosting.metrics) as Arc<dyn MetricsService>),
        shared(Arc::clone(&hosting.serving)),
        shared(Arc::clone(&hosting.drivers)),
        shared(audit::open(&services.database)),
        shared(Arc::clone(&services.plans)),
        shared(Arc::clone(&services.clock) as Arc<dyn Clock>),
        door(&Data::new(services.database.clone())),
    ]
}

/// What speaks MCP. On the loopback interface it answers to names of that alone, so that no page can reach it under a name
/// of its own making (DNS rebinding).
fn transport(settings: &Settings, services: &Services) -> Transport {
    let own = settings.public_url.trim_end_matches('/').to_owned();
    // Who opened the gateway's own pages on this machine may have called it by any of its names.
    let port = settings.listen.port();
    let local = ["localhost", "127.0.0.1", "[::1]"].map(|name| format!("http://{name}:{port}"));
    let local = local.into_iter().filter(|_| settings.listen.ip().is_loopback());
    let origins = match &settings.cors_origins {
        CorsOrigins::Any => None,
        CorsOrigins::These(origins) => Some(origins.iter().cloned().chain([own.clone()]).chain(local).collect()),
    };
    let host = own.split_once("://").map_or(own.as_str(), |(_, rest)| rest).split('/').next().unwrap_or_default();
    let hosts = if settings.listen.ip().is_loopback() {
        ["localhost", "127.0.0.1", "::1", host].map(str::to_owned).to_vec()
    } else {
        Vec::new()
    };
    Transport::new(Arc::clone(&services.mcp.mcp) as Arc<dyn McpService>, origins, hosts)
}

/// What the settings say that handlers and middleware must know.
pub(crate) fn of_settings(settings: &Settings, services: &Services) -> Vec<Door> {
    let max_body = MaxBody(settings.max_body_bytes);
    let security = Security { https: settings.public_url.starts_with("https://") };
    vec![
        door(&Data::new(PublicUrl::new(&settings.public_url))),
        door(&Data::new(BrandName::new(&settings.mail.brand_name))),
        door(&Data::new(ErrorPage(Html::tell))),
        door(&Data::new(Hosted::new(settings, &services.keyring, &services.ids))),
        door(&Data::new(PlanChoice { open_to_all: settings.open_plans })),
        door(&Data::new(settings.oauth)),
        door(&Data::new(LiveUrls::of(settings))),
        door(&Data::new(Introducing::new(settings))),
        door(&Data::new(Https::new(settings))),
        door(&Data::new(transport(settings, services))),
        Box::new(move |config| {
            config.app_data(max_body).app_data(security);
        }),
    ]
}
