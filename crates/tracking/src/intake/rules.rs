//! The rules of what is kept.

use super::agents::{Agents, KnownAgent};
use super::bots;
use super::hit::{Agent, Client, Hit, VisitorIds};
use super::inbox::Inbox;
use super::meter::Meter;
use super::model::{Counted, Ignored, Outcome, PixelConfig, Sender, Strangers, Told, Wanted};
use super::page::{LONGEST, Page};
use super::places::Places;
use super::salts::Salts;
use super::service::IntakeService;
use super::{PAGEVIEW, WEB_VITALS, properties, sources, visitor};
use crate::day::Day;
use crate::domains::{Directory, Domain, DomainName, Features, LONGEST_EVENT, Unclaimed};
use crate::error::TrackingError;
use async_trait::async_trait;
use mainstay_kernel::{Clock, FieldError, Ids, Timestamp};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// Most events told of at once.
const MOST: usize = 1_000;
/// How far a page's clock may be behind: events wait in it for a while when it is not connected.
const BEHIND: Duration = Duration::from_hours(1);
/// How far it may be ahead.
const AHEAD: Duration = Duration::from_mins(5);

/// Keeps what pages tell of.
pub struct Intake {
    directory: Arc<Directory>,
    unclaimed: Unclaimed,
    strangers: Strangers,
    salts: Arc<Salts>,
    inbox: Arc<Inbox>,
    meter: Arc<dyn Meter>,
    agents: Agents,
    places: Places,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
}

/// Something told of that can be read.
struct Read {
    told: Told,
    page: Page,
    at: Timestamp,
}

impl Intake {
    /// Finds domains, keeps hits, and knows places.
    pub(crate) fn new(
        (directory, unclaimed, strangers): (Arc<Directory>, Unclaimed, Strangers),
        (salts, inbox, meter): (Arc<Salts>, Arc<Inbox>, Arc<dyn Meter>),
        places: Places,
        (clock, ids): (Arc<dyn Clock>, Arc<dyn Ids>),
    ) -> Self {
        let agents = Agents::new();
        Self { directory, unclaimed, strangers, salts, inbox, meter, agents, places, clock, ids }
    }

    /// Reads all that is told of, or says all that is wrong with it.
    fn read(&self, told: Vec<Told>) -> Result<Vec<Read>, TrackingError> {
        if told.len() > MOST {
            let text = format!("Up to {MOST} events can be told of at once.");
            return Err(TrackingError::field("events", "max", text));
        }
        let (now, is_alone) = (self.clock.now(), told.len() == 1);
        let (mut read, mut wrong) = (Vec::with_capacity(told.len()), Vec::new());
        for (index, told) in told.into_iter().enumerate() {
            match read_one(told, now) {
                Ok(one) => read.push(one),
                Err(fields) => wrong.extend(fields.into_iter().map(|mut field| {
                    if !is_alone {
                        field.field = format!("events.{index}.{}", field.field);
                    }
                    field
                })),
            }
        }
        if wrong.is_empty() { Ok(read) } else { Err(TrackingError::Invalid(wrong)) }
    }

    /// The domain that a page belongs to.
    async fn domain_of(&self, read: &Read) -> Result<Result<Arc<Domain>, Ignored>, TrackingError> {
        let host = &read.page.host;
        let Some(key) = &read.told.pixel_key else {
            return match self.directory.of_host(host).await? {
                Some(domain) => Ok(Ok(domain)),
                None => self.stranger("url").await,
            };
        };
        match self.directory.of_key(key).await? {
            Some(domain) if domain.name.has(host) => Ok(Ok(domain)),
            Some(domain) => {
                let text = format!("The page is not of {}, whose pixel key this is.", domain.name);
                Err(TrackingError::field("url", "domain", text))
            }
            None => self.stranger("pixel_key").await,
        }
    }

    async fn stranger(&self, field: &str) -> Result<Result<Arc<Domain>, Ignored>, TrackingError> {
        match self.strangers {
            Strangers::Refuse => Err(TrackingError::field(field, "unknown", "Nobody has registered this domain.")),
            Strangers::Ignore => Ok(Err(Ignored::UnknownDomain)),
            Strangers::Collect => {
                let domain = self.unclaimed.domain(&self.directory).await?;
                domain
                    .map(Ok)
                    .ok_or_else(|| TrackingError::field(field, "unknown", "Nobody has registered this domain."))
            }
        }
    }

    /// Who it was, by what they are called; where hits do not belong together, somebody else each time.
    async fn visitor(
        &self,
        sender: &Sender,
        domain: &Domain,
        user_agent: &str,
        at: Timestamp,
    ) -> Result<VisitorIds, TrackingError> {
        if !domain.settings.features.sessions {
            let mut chance = [0; 8];
            self.ids.fill(&mut chance);
            return Ok(VisitorIds { today: i64::from_le_bytes(chance), yesterday: None });
        }
        let salts = self.salts.of(Day::of(at)).await?;
        Ok(visitor::ids(&salts, domain.id, sender.address, user_agent))
    }

    /// What becomes of something told of, and the hit if it is kept.
    async fn judge(&self, sender: &Sender, read: Read) -> Result<(Outcome, Option<(Arc<Domain>, Hit)>), TrackingError> {
        let domain = match self.domain_of(&read).await? {
            Ok(domain) => domain,
            Err(ignored) => return Ok((Outcome::Ignored(ignored), None)),
        };
        if let Some(ignored) = unwanted(&domain, sender, &read.told.event) {
            return Ok((Outcome::Ignored(ignored), None));
        }
        let (text, is_reported) = match &read.told.user_agent {
            Some(reported) => (reported.as_str(), sender.user_agent.as_ref() != Some(reported)),
            None => (sender.user_agent.as_deref().unwrap_or_default(), false),
        };
        let agent = self.agents.read(text, is_reported);
        let visitor = self.visitor(sender, &domain, text, read.at).await?;
        let bot = bots::judge(sender, &agent, read.page.host.is_local());
        if bot.is_none() && !is_sampled(visitor, domain.settings.sample_rate) {
            return Ok((Outcome::Ignored(Ignored::SampledOut), None));
        }
        let outcome = bot.map_or(Outcome::Kept, Outcome::Bot);
        let bot = bot.map(|reason| Agent { reason, name: agent.product.clone() });
        let client = self.client(sender, &agent);
        Ok((outcome, Some((Arc::clone(&domain), hit(&domain, read, visitor, client, bot)))))
    }

    fn client(&self, sender: &Sender, agent: &KnownAgent) -> Client {
        Client {
            country: self.places.country(sender.address),
            device: agent.device.to_owned(),
            browser: agent.browser.clone(),
            os: agent.os.clone(),
        }
    }

    /// Counts what is kept, by workspace.
    async fn count(&self, kept: &[(Arc<Domain>, Hit)]) -> Result<(), TrackingError> {
        let mut counted: Vec<Counted> = Vec::new();
        for (domain, _) in kept.iter().filter(|(_, hit)| hit.bot.is_none()) {
            match counted.iter_mut().find(|(workspace, _)| *workspace == domain.workspace) {
                Some((_, events)) => *events += 1,
                None => counted.push((domain.workspace, 1)),
            }
        }
        for (workspace, events) in counted {
            if !self.meter.count(workspace, events).await? {
                return Err(TrackingError::LimitReached);
            }
        }
        Ok(())
    }
}

#[async_trait]
impl IntakeService for Intake {
    async fn config(&self, wanted: Wanted) -> Result<PixelConfig, TrackingError> {
        let domain = match &wanted.pixel_key {
            Some(key) => self.directory.of_key(key).await?,
            None => match wanted.places.iter().find_map(|place| host_of(place)) {
                Some(host) => self.directory.of_host(&host).await?,
                None => None,
            },
        };
        let Some(domain) = domain else {
            let is_enabled = self.strangers == Strangers::Collect;
            return Ok(PixelConfig { is_enabled, features: Features::default(), sample_rate: 1.0 });
        };
        let settings = &domain.settings;
        let (features, sample_rate) = (settings.features, settings.sample_rate);
        Ok(PixelConfig { is_enabled: settings.is_enabled, features, sample_rate })
    }

    async fn track(&self, sender: &Sender, told: Vec<Told>) -> Result<Vec<Outcome>, TrackingError> {
        let read = self.read(told)?;
        let (mut outcomes, mut kept) = (Vec::with_capacity(read.len()), Vec::with_capacity(read.len()));
        for one in read {
            let (outcome, hit) = self.judge(sender, one).await?;
            outcomes.push(outcome);
            kept.extend(hit);
        }
        if !kept.is_empty() {
            self.inbox.must_have_room()?;
            self.count(&kept).await?;
            self.inbox.put(kept.into_iter().map(|(_, hit)| hit).collect()).await?;
        }
        Ok(outcomes)
    }
}

/// Reads an origin, a referrer, or a host.
fn host_of(place: &str) -> Option<DomainName> {
    if let Ok(url) = Url::parse(place)
        && let Some(host) = DomainName::of(&url)
    {
        return Some(host);
    }
    place.parse().ok()
}

fn read_one(told: Told, now: Timestamp) -> Result<Read, Vec<FieldError>> {
    let mut wrong = Vec::new();
    let length = told.event.chars().count();
    if told.event.trim().is_empty() {
        wrong.push(FieldError::new("event", "required", "The event field is required."));
    } else if length > LONGEST_EVENT || told.event.chars().any(char::is_control) {
        let text = format!("The event field has 1 to {LONGEST_EVENT} characters, none of them a control character.");
        wrong.push(FieldError::new("event", "maxLength", text));
    }
    if told.referrer.as_ref().is_some_and(|referrer| referrer.chars().count() > LONGEST) {
        let text = format!("The referrer field must not be longer than {LONGEST} characters.");
        wrong.push(FieldError::new("referrer", "maxLength", text));
    }
    wrong.extend(told.properties.as_ref().and_then(properties::check));
    let at = told.at.unwrap_or(now);
    if at < now.minus(BEHIND) || at > now.plus(AHEAD) {
        let text =
            "The timestamp field must be within the last hour: the clock that made it is wrong, or it is too old.";
        wrong.push(FieldError::new("timestamp", "clock", text));
    }
    let page = Page::read(&told.url).map_err(|field| wrong.push(field)).ok();
    match page {
        // Nothing has happened yet that is still to come.
        Some(page) if wrong.is_empty() => Ok(Read { told, page, at: at.min(now) }),
        _ => Err(wrong),
    }
}

/// Why this domain does not want it.
fn unwanted(domain: &Domain, sender: &Sender, event: &str) -> Option<Ignored> {
    let settings = &domain.settings;
    let is_view = event == PAGEVIEW;
    let is_named = |allowed: &Vec<String>| allowed.iter().any(|name| name == event);
    let is_known = is_view || event == WEB_VITALS || settings.allowed_events.as_ref().is_none_or(is_named);
    if !settings.is_enabled {
        Some(Ignored::Disabled)
    } else if settings.honours_do_not_track && sender.wishes.do_not_track {
        Some(Ignored::DoNotTrack)
    } else if settings.honours_global_privacy_control && sender.wishes.privacy_control {
        Some(Ignored::PrivacyControl)
    } else if (is_view && !settings.features.pageviews) || (!is_view && !settings.features.events) {
        Some(Ignored::FeatureOff)
    } else {
        (!is_known).then_some(Ignored::EventNotAllowed)
    }
}

/// Whether a visitor is one of the sample, all day or never.
#[expect(clippy::cast_precision_loss, reason = "a share")]
fn is_sampled(visitor: VisitorIds, rate: f64) -> bool {
    // The upper half: the lower orders visitors in the database.
    let place = (visitor.today.cast_unsigned() >> 32) as f64 / f64::from(u32::MAX);
    place < rate || rate >= 1.0
}

fn hit(domain: &Domain, read: Read, visitor: VisitorIds, client: Client, bot: Option<Agent>) -> Hit {
    let Read { told, page, at } = read;
    let properties = told.properties.filter(|properties| !properties.is_empty()).map(Value::Object);
    Hit {
        domain: domain.id,
        at,
        visitor,
        origin: sources::origin(&page, told.referrer.as_deref()),
        name: told.event.trim().to_owned(),
        host: page.host.as_str().to_owned(),
        page: page.path,
        client,
        bot,
        properties,
    }
}
