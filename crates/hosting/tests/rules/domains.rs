//! Domains: claimed, shown to be one's own, held before others, lost, given back with their sites.

use crate::world::{World, actor};
use mainstay_hosting::domains::{Domain, DomainName, DomainOf, DomainService as _, DomainStatus};
use mainstay_hosting::sites::SiteService as _;
use mainstay_hosting::{HostingError, SiteId};
use mainstay_kernel::WorkspaceId;
use mainstay_testkit::on_each_database;
use std::time::Duration;

pub(crate) const SHOP: &str = "shop.example";

impl World {
    pub(crate) fn domain_of(&self, site: &SiteId, name: &str) -> DomainOf {
        let name = DomainName::parse(name).expect("a domain");
        DomainOf { workspace: self.workspace, site: site.clone(), name }
    }

    pub(crate) async fn claim(&self, site: &SiteId, name: &str) -> Domain {
        self.claim_in(self.workspace, site, name).await.expect("claimed")
    }

    async fn claim_in(&self, workspace: WorkspaceId, site: &SiteId, name: &str) -> Result<Domain, HostingError> {
        self.hosting.domains.add(workspace, site, actor(), name).await
    }

    /// Lets name servers show what these claims want shown.
    pub(crate) fn show(&self, claims: &[&Domain]) {
        let values: Vec<_> = claims.iter().map(|own| own.proof().value).collect();
        let values: Vec<_> = values.iter().map(String::as_str).collect();
        self.texts.tell(&claims[0].proof().name, &values);
    }

    pub(crate) async fn verify(&self, site: &SiteId, name: &str) -> Domain {
        self.hosting.domains.verify(&self.domain_of(site, name), actor()).await.expect("asked")
    }

    /// A domain that a site has.
    pub(crate) async fn own(&self, site: &SiteId, name: &str) -> Domain {
        self.show(&[&self.claim(site, name).await]);
        self.verify(site, name).await
    }

    async fn domain(&self, site: &SiteId) -> Domain {
        self.hosting.domains.domains(self.workspace, site).await.expect("domains").remove(0)
    }

    /// Lets time go by, and whoever watches domains look.
    async fn pass(&self, span: Duration) {
        self.clock.advance(span);
        self.hosting.domain_watch.check_due().await.expect("looked");
    }

    async fn site_elsewhere(&self, name: &str) -> SiteId {
        let plan = crate::world::plan();
        self.hosting.sites.create(self.elsewhere, &plan, actor(), self.new_site(name)).await.expect("a site").id
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_domain_answers_once_it_is_shown_whose_it_is_and_not_before() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let site = world.live_site("shop").await;
        let claimed = world.claim(&site, "SHOP.Example").await;
        assert_eq!((claimed.name.as_str(), claimed.status), (SHOP, DomainStatus::PendingDns));
        assert_eq!((claimed.proof().kind, claimed.proof().name.as_str()), ("TXT", "_mainstay.shop.example"));
        assert_eq!(world.visit(SHOP, "/"), "no site");

        let looked = world.verify(&site, SHOP).await;
        assert_eq!(looked.problem.as_deref(), Some("There is no TXT record at _mainstay.shop.example yet"));
        world.texts.tell("_mainstay.shop.example", &["v=spf1 -all", "mainstay-verification=other"]);
        let looked = world.verify(&site, SHOP).await;
        assert_eq!(looked.status, DomainStatus::PendingDns);
        assert!(looked.problem.is_some_and(|problem| problem.ends_with("holds something else than it should")));
        world.texts.keep_silent_of("_mainstay.shop.example");
        assert_eq!(world.verify(&site, SHOP).await.status, DomainStatus::Verifying);
        assert_eq!(world.visit(SHOP, "/"), "no site");

        world.show(&[&claimed]);
        let looked = world.verify(&site, SHOP).await;
        assert_eq!((looked.status, looked.problem), (DomainStatus::Active, None));
        for host in [SHOP, "Shop.Example:8080", "shop.example."] {
            assert_eq!(world.visit(host, "/"), "one", "{host}");
        }
        assert_eq!(world.visit("www.shop.example", "/"), "no site");
        assert_eq!(world.site(&site).await.domain.map(|own| own.name).as_deref(), Some(SHOP));
        let events = world.events().await;
        assert_eq!(&events[events.len() - 2..], ["site.domain_added", "site.domain_verified"]);

        world.hosting.domains.remove(&world.domain_of(&site, SHOP), actor()).await.expect("removed");
        assert_eq!((world.visit(SHOP, "/"), world.site(&site).await.domain), ("no site".to_owned(), None));
        let again = world.hosting.domains.remove(&world.domain_of(&site, SHOP), actor()).await;
        assert!(matches!(again, Err(HostingError::DomainNotFound)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_domain_or_the_installations_own_is_refused_and_a_site_has_no_more_than_twenty() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let site = world.live_site("shop").await;
        for name in ["*.shop.example", "127.0.0.1", "shop.example.", "sites.test", "a.sites.test", "panel.sites.test"] {
            let refused = world.claim_in(world.workspace, &site, name).await;
            assert!(matches!(refused, Err(HostingError::Invalid(_))), "{name}: {refused:?}");
        }
        for count in 0..20 {
            world.claim(&site, &format!("d{count}.example")).await;
        }
        let one_more = world.claim_in(world.workspace, &site, "more.example").await;
        assert!(matches!(one_more, Err(HostingError::Invalid(_))), "{one_more:?}");
        let again = world.claim_in(world.workspace, &site, "D0.example").await;
        assert!(matches!(again, Err(HostingError::DomainTaken(_))), "{again:?}");
        let foreign = world.claim_in(world.elsewhere, &site, "other.example").await;
        assert!(matches!(foreign, Err(HostingError::SiteNotFound)), "{foreign:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_keeps_nobody_from_showing_a_domain_and_what_is_held_nobody_takes() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let (site, other) = (world.live_site("shop").await, world.site_elsewhere("theirs").await);
        let theirs = world.claim_in(world.elsewhere, &other, SHOP).await.expect("claimed before");
        let ours = world.own(&site, SHOP).await;
        assert_eq!(ours.status, DomainStatus::Active);
        // They can write records, too: whoever has the domain keeps it.
        world.show(&[&ours, &theirs]);
        let of = DomainOf { workspace: world.elsewhere, site: other, ..world.domain_of(&site, SHOP) };
        let refused = world.hosting.domains.verify(&of, actor()).await.expect("asked");
        assert_eq!(refused.status, DomainStatus::PendingDns);
        assert!(refused.problem.is_some_and(|problem| problem.starts_with("Another site answers at shop.example")));
        assert_eq!(world.visit(SHOP, "/"), "one");
        world.hosting.domains.remove(&world.domain_of(&site, SHOP), actor()).await.expect("given up");
        let theirs = world.hosting.domains.verify(&of, actor()).await.expect("asked");
        assert_eq!((theirs.status, world.visit(SHOP, "/").as_str()), (DomainStatus::Active, "empty"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn records_are_looked_for_by_themselves_for_a_week() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let site = world.live_site("shop").await;
        let claimed = world.claim(&site, SHOP).await;
        world.pass(Duration::from_secs(10)).await;
        let looked = world.domain(&site).await;
        assert_eq!((looked.status, looked.checked_at.is_some()), (DomainStatus::PendingDns, true));
        world.show(&[&claimed]);
        world.pass(Duration::from_secs(30)).await;
        assert_eq!(world.domain(&site).await.status, DomainStatus::Active);

        let late = world.live_site("late").await;
        let claimed = world.claim(&late, "late.example").await;
        world.pass(Duration::from_hours(7 * 24)).await;
        let given_up = world.domain(&late).await;
        assert_eq!(given_up.status, DomainStatus::Failed);
        assert!(given_up.problem.is_some_and(|problem| problem.contains("verify the domain once it is there")));
        world.show(&[&claimed]);
        world.pass(Duration::from_hours(24)).await;
        assert_eq!(world.domain(&late).await.status, DomainStatus::Failed, "nobody looks any longer");
        assert_eq!(world.verify(&late, "late.example").await.status, DomainStatus::Active);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_domain_whose_record_is_gone_for_three_days_is_lost_and_one_of_which_nobody_answers_is_not() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let site = world.live_site("shop").await;
        let own = world.own(&site, SHOP).await;
        world.texts.keep_silent_of("_mainstay.shop.example");
        for _ in 0..10 {
            world.pass(Duration::from_hours(24)).await;
        }
        assert_eq!(world.domain(&site).await.status, DomainStatus::Active);
        world.texts.tell("_mainstay.shop.example", &[]);
        world.pass(Duration::from_hours(24)).await;
        let warned = world.domain(&site).await;
        assert_eq!(warned.status, DomainStatus::Active);
        assert!(warned.problem.is_some_and(|problem| problem.contains("the site has this domain until")));
        world.show(&[&own]);
        world.pass(Duration::from_hours(24)).await;
        assert_eq!(world.domain(&site).await.problem, None, "all is well again");
        world.texts.tell("_mainstay.shop.example", &[]);
        world.pass(Duration::from_hours(24)).await;
        assert_eq!(world.visit(SHOP, "/"), "one");
        world.pass(Duration::from_hours(72)).await;
        assert_eq!(world.domain(&site).await.status, DomainStatus::Failed);
        assert_eq!(world.visit(SHOP, "/"), "no site");
        assert_eq!(world.events().await.last().map(String::as_str), Some("site.domain_lost"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_site_frees_its_domains_and_takes_back_those_that_are_still_free() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let (site, other) = (world.live_site("shop").await, world.live_site("other").await);
        let own = world.own(&site, SHOP).await;
        world.own(&site, "free.example").await;
        let deleted = world.hosting.sites.delete(world.workspace, &site, actor()).await.expect("deleted");
        assert_eq!((deleted.domain, world.visit(SHOP, "/").as_str()), (None, "no site"));
        let going = world.hosting.domains.verify(&world.domain_of(&site, SHOP), actor()).await;
        assert!(matches!(going, Err(HostingError::Deleting)), "{going:?}");
        let more = world.claim_in(world.workspace, &site, "more.example").await;
        assert!(matches!(more, Err(HostingError::Deleting)), "{more:?}");

        let theirs = world.claim(&other, SHOP).await;
        world.show(&[&own, &theirs]);
        assert_eq!(world.verify(&other, SHOP).await.status, DomainStatus::Active);
        let restored = world.hosting.sites.restore(world.workspace, &site, actor()).await.expect("restored");
        assert_eq!(restored.domain.map(|own| own.name).as_deref(), Some("free.example"));
        assert_eq!(world.visit("free.example", "/"), "one");
        let listed = world.hosting.domains.domains(world.workspace, &site).await.expect("domains");
        let statuses: Vec<_> = listed.iter().map(|own| (own.name.as_str(), own.status)).collect();
        assert_eq!(statuses, [("free.example", DomainStatus::Active), (SHOP, DomainStatus::PendingDns)]);
        world.hosting.domains.remove(&world.domain_of(&other, SHOP), actor()).await.expect("given up");
        assert_eq!(world.verify(&site, SHOP).await.status, DomainStatus::Active);
    })
    .await;
}
