//! Settings in, services out: the only place that names implementations.

mod hosting;
mod mcp;
mod offering;
mod outbound;
mod people;
mod selling;
mod seo;
mod tracking;
mod webhooks;

use crate::api_calls::ApiCalls;
use crate::config::plans::{self, Offer};
use crate::config::{RedisAway, Settings};
use crate::directory::People;
use crate::hosting::HostingTools;
use crate::job_figures::JobFigures;
use crate::post::Post;
use crate::principals::Principals;
use crate::secret_key;
use crate::tool_calls::ToolCalls;
use crate::tool_figures::ToolFigures;
use crate::tracked_events::TrackedEvents;
use anyhow::{Context as _, anyhow};
use mainstay_auth::{Auth, AuthParts, AuthService};
use mainstay_edge::idempotency::Idempotency;
use mainstay_edge::limit::{Limiter, Quota, WhenAway};
use mainstay_edge::metrics::Metrics;
use mainstay_edge::{Admission, CallMeter, PublicUrl, TrustedProxies, Uncounted};
use mainstay_entitlements::Entitlements;
use mainstay_entitlements::offer::Offers;
use mainstay_hosting::Hosting;
use mainstay_kernel::{Clock, Ids, Keyring, Plans, SystemClock, SystemIds};
use mainstay_keys::{KeyDeps, Keys};
use mainstay_mail::{MailCarrier, SealedMail};
use mainstay_mcp::Opened as McpOpened;
use mainstay_store::departure::Departs;
use mainstay_store::limits::Limits;
use mainstay_store::{Changes, Database, DatabaseOptions, idempotency, installation};
use mainstay_tenancy::{Directory, Memberships, Tenancy};
use mainstay_tracking::Tracking;
use mainstay_tracking::seo::Seo;
use mainstay_webhooks::Webhooks;
use people::Ground;
pub(crate) use people::{Account, Letting, Sharing};
pub(crate) use selling::Selling;
use std::sync::Arc;

/// Everything the gateway stands on.
pub(crate) struct Services {
    pub(crate) database: Database,
    pub(crate) auth: Arc<Auth>,
    pub(crate) tenancy: Arc<Tenancy>,
    pub(crate) keys: Arc<Keys>,
    pub(crate) account: Account,
    pub(crate) sharing: Sharing,
    pub(crate) letting: Letting,
    pub(crate) post: Arc<Post>,
    pub(crate) mail: Arc<MailCarrier>,
    pub(crate) webhooks: Arc<Webhooks>,
    pub(crate) offers: Arc<Offers>,
    pub(crate) entitlements: Arc<Entitlements>,
    pub(crate) calls: Arc<ApiCalls>,
    pub(crate) tool_calls: Arc<ToolCalls>,
    pub(crate) tool_figures: Arc<ToolFigures>,
    pub(crate) job_figures: JobFigures,
    pub(crate) mcp: McpOpened,
    pub(crate) tracking: Tracking,
    pub(crate) tracked_events: Arc<TrackedEvents>,
    pub(crate) selling: Selling,
    pub(crate) seo: Seo,
    pub(crate) hosting: Hosting,
    pub(crate) plans: Arc<Plans>,
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
}

impl Services {
    /// Opens the database and wires the crates together.
    ///
    /// # Errors
    /// A sentence that says which setting or which neighbour is at fault.
    pub(crate) async fn compose(settings: &Settings) -> anyhow::Result<Self> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let ids: Arc<dyn Ids> = Arc::new(SystemIds);
        let Offer { entries, packages } = plans::load(settings.plans_file.as_deref())?;
        let (keyring, database) = open_what_is_kept(settings, &*ids).await?;
        let offers = offering::open(&database, entries, &clock, &ids).await?;
        let plans = Arc::new(offers.live_plans());
        let entitlements = offering::entitlements(&database, &offers, &clock, &ids);
        let limits = Arc::clone(&entitlements) as Arc<dyn Limits>;
        let brand = settings.mail.brand()?;
        let mailer = SealedMail::new(Arc::clone(&keyring), Arc::clone(&ids));
        let post = Arc::new(Post { mailer, brand: brand.clone() });
        let outbound = outbound::open(settings)?;
        let auth = Auth::open(AuthParts {
            store: mainstay_auth::store::open(&database),
            keyring: Arc::clone(&keyring),
            post: Arc::clone(&post) as Arc<dyn mainstay_auth::Post>,
            documents: outbound::client_documents(settings, &outbound),
            clock: Arc::clone(&clock),
            ids: Arc::clone(&ids),
            issuer: settings.public_url.clone(),
        })
        .await?;
        let directory: Arc<dyn Directory> = Arc::new(People(Arc::clone(&auth) as Arc<dyn AuthService>));
        let store = mainstay_tenancy::open(&database);
        let tenancy =
            Tenancy::new(store, Arc::clone(&directory), Arc::clone(&plans), Arc::clone(&clock), Arc::clone(&ids));
        let tenancy = Arc::new(tenancy.limited_by(Arc::clone(&limits)));
        let keys = open_keys(settings, &database, (&plans, &limits), (&clock, &ids))?;
        let transport = mainstay_mail::transport::open(settings.mail.url.expose())?;
        let keepers: Vec<Arc<dyn Departs>> = vec![Arc::clone(&keys) as _, Arc::clone(&tenancy) as _];
        let account = Account::new(&auth, &brand, keepers);
        let ground = Ground { database: &database, tenancy: &tenancy, directory, clock: &clock, ids: &ids };
        let sharing = Sharing::new(ground, &account, &post);
        let ground = selling::Ground { database: &database, outbound: &outbound, clock: &clock, ids: &ids };
        let selling = Selling::new(settings, packages, &ground)?;
        let tool_calls = Arc::new(ToolCalls::new(&entitlements));
        let memberships = Arc::clone(&tenancy) as Arc<dyn Memberships>;
        let tracked_events = Arc::new(TrackedEvents::new(&entitlements, memberships, &plans));
        let ground = tracking::Ground {
            database: &database,
            keyring: &keyring,
            people: &auth,
            tenancy: &tenancy,
            clock: &clock,
            ids: &ids,
        };
        let tracking = tracking::open(settings, &ground, &tracked_events)?;
        let ground = seo::Ground { database: &database, outbound: &outbound, clock: &clock, ids: &ids };
        let seo = seo::open(&ground);
        let ground = hosting::Ground {
            database: &database,
            keyring: &keyring,
            entitlements: &entitlements,
            tenancy: &tenancy,
            plans: &plans,
            clock: &clock,
            ids: &ids,
        };
        let hosting = hosting::open(settings, &ground).await?;
        let ground =
            mcp::Ground { database: &database, outbound: &outbound, keyring: &keyring, clock: &clock, ids: &ids };
        let (mcp, tool_figures) = mcp::open(settings, &ground, &tool_calls, HostingTools::new(settings, &hosting))?;
        let ground =
            webhooks::Ground { database: &database, outbound: &outbound, keyring: &keyring, clock: &clock, ids: &ids };
        let webhooks = webhooks::open(settings, &ground, limits);
        Ok(Self {
            database,
            letting: Letting::new(&auth, &sharing, &tenancy, settings.oauth),
            mail: Arc::new(MailCarrier::new(Arc::clone(&keyring), brand, transport, Arc::clone(&clock))),
            auth,
            tenancy,
            keys,
            account,
            sharing,
            post,
            webhooks: Arc::new(webhooks),
            calls: Arc::new(ApiCalls::new(&entitlements)),
            tool_calls,
            tool_figures,
            job_figures: JobFigures::new().context("the metrics of jobs cannot be set up")?,
            mcp,
            tracking,
            tracked_events,
            entitlements,
            offers,
            selling,
            seo,
            hosting,
            plans,
            keyring,
            clock,
            ids,
        })
    }

    /// What decides who comes in.
    ///
    /// # Errors
    /// When the Redis URL cannot be used.
    pub(crate) fn admission(&self, settings: &Settings, uncounted: Uncounted) -> anyhow::Result<Admission> {
        let authenticator = Principals {
            keys: Arc::clone(&self.keys),
            people: self.people(),
            provider: Arc::clone(&self.letting.provider) as _,
            public_url: PublicUrl::new(&settings.public_url),
            memberships: self.memberships(),
            plans: Arc::clone(&self.plans),
            clock: Arc::clone(&self.clock),
        };
        Ok(Admission {
            authenticator: Arc::new(authenticator),
            limiter: Arc::new(self.limiter(settings)?),
            anonymous: Quota::per_minute(settings.anonymous_rate_limit.get()),
            proxies: TrustedProxies::new(settings.trusted_proxies.clone()),
            uncounted,
            calls: Arc::clone(&self.calls) as Arc<dyn CallMeter>,
        })
    }

    fn limiter(&self, settings: &Settings) -> anyhow::Result<Limiter> {
        let clock = Arc::clone(&self.clock);
        let Some(url) = &settings.redis_url else { return Ok(Limiter::local(clock)) };
        let when_away = match settings.redis_away {
            RedisAway::Local => WhenAway::Local,
            RedisAway::Refuse => WhenAway::Refuse,
        };
        Limiter::shared(url.expose(), clock, when_away).context("MAINSTAY_REDIS_URL cannot be used")
    }

    /// What makes requests run once.
    pub(crate) fn idempotency(&self) -> Idempotency {
        Idempotency {
            reservations: idempotency::open(&self.database),
            keyring: Arc::clone(&self.keyring),
            ids: Arc::clone(&self.ids),
            clock: Arc::clone(&self.clock),
        }
    }

    /// The figures of this process.
    ///
    /// # Errors
    /// When a figure's name is taken, which it is not.
    pub(crate) fn metrics(&self) -> anyhow::Result<Metrics> {
        let metrics = Metrics::new().context("the metrics cannot be set up")?;
        self.tool_figures.show(metrics.registry()).context("the metrics of MCP cannot be set up")?;
        self.job_figures.show(metrics.registry()).context("the metrics of jobs cannot be set up")?;
        Ok(metrics)
    }

    /// Who forgets what other nodes change.
    pub(crate) fn changes(&self) -> Changes {
        let mut changes = Changes::default();
        self.auth.listen(&mut changes);
        self.tenancy.listen(&mut changes);
        offering::listen(&self.offers, &mut changes);
        self.mcp.follow(&mut changes);
        self.tracking.follow(&mut changes);
        self.hosting.follow(&mut changes);
        let keys = Arc::clone(&self.keys);
        let event_types = Arc::clone(&self.webhooks.event_types);
        changes.listen(mainstay_webhooks::event_types::CHANGED, Arc::new(move |subject| event_types.forget(subject)));
        changes.listen(mainstay_keys::CHANGED, Arc::new(move |subject| keys.forget(subject)));
        let entitlements = Arc::clone(&self.entitlements);
        changes.listen(mainstay_entitlements::benefits::CHANGED, Arc::new(move |subject| entitlements.forget(subject)));
        changes
    }

    pub(crate) fn people(&self) -> Arc<dyn AuthService> {
        Arc::clone(&self.auth) as Arc<dyn AuthService>
    }

    pub(crate) fn memberships(&self) -> Arc<dyn Memberships> {
        Arc::clone(&self.tenancy) as Arc<dyn Memberships>
    }
}

/// What seals secrets, and where everything is kept: the two belong together.
async fn open_what_is_kept(settings: &Settings, ids: &dyn Ids) -> anyhow::Result<(Arc<Keyring>, Database)> {
    make_data_dir(settings)?;
    let keyring = Arc::new(secret_key::keyring(settings, ids)?);
    let database = open_database(settings).await?;
    check_master_key(&database, &keyring, ids).await?;
    Ok((keyring, database))
}

fn open_keys(
    settings: &Settings,
    database: &Database,
    (plans, limits): (&Arc<Plans>, &Arc<dyn Limits>),
    (clock, ids): (&Arc<dyn Clock>, &Arc<dyn Ids>),
) -> anyhow::Result<Arc<Keys>> {
    let deps = KeyDeps {
        clock: Arc::clone(clock),
        ids: Arc::clone(ids),
        plans: Arc::clone(plans),
        limits: Arc::clone(limits),
        brand: settings.key_brand.parse()?,
    };
    Ok(Arc::new(Keys::new(mainstay_keys::store::open(database), deps)))
}

fn make_data_dir(settings: &Settings) -> anyhow::Result<()> {
    std::fs::create_dir_all(&settings.data_dir)
        .with_context(|| format!("the data directory {} cannot be made", settings.data_dir.display()))
}

async fn open_database(settings: &Settings) -> anyhow::Result<Database> {
    let options = DatabaseOptions { connections: settings.database.pool, ..DatabaseOptions::default() };
    Database::open(settings.database.url.expose(), &options)
        .await
        .with_context(|| format!("the database {} cannot be opened", settings.database.url))
}

async fn check_master_key(database: &Database, keyring: &Keyring, ids: &dyn Ids) -> anyhow::Result<()> {
    installation::check_master_key(database, keyring, ids).await.map_err(|_| {
        anyhow!("the master key is not the one that this database was begun with; set MAINSTAY_SECRET_KEY to that one")
    })
}
