//! What it means for a domain what name servers say of it.

use super::dns::{TextFault, TextRecords};
use super::events;
use super::model::{Domain, DomainStatus};
use super::store::Facts;
use mainstay_kernel::Timestamp;
use std::time::Duration;

/// What was seen at the place of a domain's record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    /// Its record.
    Shown,
    /// Records of other things.
    Other,
    /// None.
    Nothing,
    /// Nobody answered.
    Silence,
}

/// For how long a record is waited for.
const WAITING: Duration = Duration::from_hours(7 * 24);
/// For how long the record of an active domain may be gone.
const GRACE: Duration = Duration::from_hours(72);
/// For how long it is looked for often, since its owner sits before it.
const EAGER: Duration = Duration::from_hours(1);
/// How often it is looked for then.
const SOON: Duration = Duration::from_secs(30);
/// How often later on.
const LATER: Duration = Duration::from_mins(15);
/// How often when that of an active domain is gone.
const HOURLY: Duration = Duration::from_hours(1);
/// How often when all is well.
const DAILY: Duration = Duration::from_hours(24);

/// Looks at a domain's place.
pub(super) async fn look(dns: &dyn TextRecords, domain: &Domain) -> Seen {
    let proof = domain.proof();
    match dns.texts(&proof.name).await {
        Ok(texts) if texts.iter().any(|text| text.trim() == proof.value) => Seen::Shown,
        Ok(texts) if texts.is_empty() => Seen::Nothing,
        Ok(_) => Seen::Other,
        Err(TextFault(cause)) => {
            tracing::debug!(domain = %domain.name, %cause, "name servers do not answer");
            Seen::Silence
        }
    }
}

impl Domain {
    /// Takes on what was seen; gives what is to be told.
    pub(super) fn heed(&mut self, seen: Seen, facts: &Facts, now: Timestamp) -> Option<&'static str> {
        if facts.is_going {
            self.check_at = None;
            return None;
        }
        self.checked_at = Some(now);
        self.updated_at = now;
        match (seen, self.is_held) {
            (Seen::Shown, true) => {
                (self.problem, self.missing_at, self.check_at) = (None, None, Some(now.plus(DAILY)));
                None
            }
            (Seen::Shown, false) if facts.is_taken => {
                self.wait(seen, now);
                self.problem = Some(self.taken());
                None
            }
            (Seen::Shown, false) => {
                self.hold(now);
                Some(events::VERIFIED)
            }
            (_, true) => self.miss(seen, now),
            (_, false) => {
                self.wait(seen, now);
                None
            }
        }
    }

    fn hold(&mut self, now: Timestamp) {
        self.status = DomainStatus::Active;
        self.is_held = true;
        self.verified_at = Some(now);
        (self.problem, self.missing_at, self.check_at) = (None, None, Some(now.plus(DAILY)));
    }

    /// An active domain's record is gone, or nobody knows.
    fn miss(&mut self, seen: Seen, now: Timestamp) -> Option<&'static str> {
        self.check_at = Some(now.plus(HOURLY));
        if seen == Seen::Silence {
            return None;
        }
        let missing_at = *self.missing_at.get_or_insert(now);
        let ends_at = missing_at.plus(GRACE);
        let what = self.absence(seen);
        if now < ends_at {
            self.problem =
                Some(format!("{what}. Without it the site has this domain until {}", ends_at.to_iso_seconds()));
            return None;
        }
        self.give_up(&what);
        Some(events::LOST)
    }

    /// A claim goes on, or has gone on for too long.
    fn wait(&mut self, seen: Seen, now: Timestamp) {
        let missing_at = *self.missing_at.get_or_insert(now);
        let waited = now.since(missing_at);
        if waited >= WAITING {
            let what = self.absence(seen);
            return self.give_up(&what);
        }
        self.status = if seen == Seen::Silence { DomainStatus::Verifying } else { DomainStatus::PendingDns };
        self.check_at = Some(now.plus(if waited < EAGER { SOON } else { LATER }));
        self.problem = Some(self.absence(seen));
    }

    fn give_up(&mut self, what: &str) {
        self.status = DomainStatus::Failed;
        self.is_held = false;
        self.order.challenge = None;
        self.check_at = None;
        self.problem = Some(format!("{what}. It is looked for no longer: verify the domain once it is there"));
    }

    fn absence(&self, seen: Seen) -> String {
        let place = self.name.place();
        match seen {
            Seen::Silence => format!("The name servers of {} do not answer", self.name),
            Seen::Other => format!("The TXT record at {place} holds something else than it should"),
            Seen::Shown | Seen::Nothing => format!("There is no TXT record at {place} yet"),
        }
    }

    /// Goes with its site, or comes back with it: then the site has it again, unless somebody else does by now.
    pub(crate) fn move_with_site(&mut self, is_going: bool, is_taken: bool, now: Timestamp) {
        if is_going {
            (self.is_held, self.check_at) = (false, None);
            return;
        }
        match self.status {
            DomainStatus::Active if is_taken => {
                self.missing_at = Some(now);
                self.wait(Seen::Nothing, now);
                self.problem = Some(self.taken());
            }
            DomainStatus::Active => (self.is_held, self.check_at) = (true, Some(now)),
            DomainStatus::PendingDns | DomainStatus::Verifying => self.check_at = Some(now),
            DomainStatus::Failed => {}
        }
    }

    fn taken(&self) -> String {
        format!("Another site answers at {} now: it must be taken from that first", self.name)
    }

    /// Is looked for once more, as if it were claimed now, because its tenant says so.
    pub(super) fn begin_anew(&mut self, now: Timestamp) {
        if self.status == DomainStatus::Failed {
            self.status = DomainStatus::PendingDns;
            self.missing_at = Some(now);
        }
    }
}
