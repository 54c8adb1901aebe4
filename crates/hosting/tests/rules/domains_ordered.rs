//! Certificates that are ordered: by themselves, once a domain is shown to be one's own; anew in good time; later and later
//! where that fails.

use crate::domains::SHOP;
use crate::domains_certified::{good, issue};
use crate::world::{World, actor};
use mainstay_hosting::SiteId;
use mainstay_hosting::domains::{Domain, DomainService as _};
use mainstay_testkit::on_each_database;
use rcgen::PKCS_ED25519;
use std::time::Duration;

impl World {
    /// Lets time go by, and whoever orders certificates look.
    async fn order_after(&self, span: Duration) {
        self.clock.advance(span);
        self.hosting.certifying.order_due().await.expect("ordered");
    }

    async fn first(&self, site: &SiteId) -> Domain {
        self.hosting.domains.domains(self.workspace, site).await.expect("domains").remove(0)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_ordered_for_a_domain_that_is_shown_and_renewed_after_two_thirds_of_its_life() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let site = world.live_site("shop").await;
        let claimed = world.claim(&site, SHOP).await;
        world.order_after(Duration::ZERO).await;
        assert_eq!(world.authority.asked(), 0, "nobody has shown whose it is");
        world.show(&[&claimed]);
        world.verify(&site, SHOP).await;
        world.order_after(Duration::ZERO).await;
        let ordered = world.first(&site).await;
        let own = ordered.certificate.clone().expect("a certificate");
        assert!(own.is_ordered && world.hosting.serving.certificate(SHOP).is_some());
        assert_eq!(world.hosting.serving.challenge(SHOP, "token"), None, "nothing is asked for any longer");
        world.order_after(Duration::from_hours(24)).await;
        assert_eq!(world.authority.asked(), 1);
        // From 2000 until 2060: two thirds of that are over in 2040.
        world.order_after(Duration::from_hours(24 * 365 * 20)).await;
        assert_eq!(world.authority.asked(), 2);
        assert_ne!(world.first(&site).await.certificate, ordered.certificate);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_fails_is_told_of_and_tried_again_later_and_later() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let site = world.live_site("shop").await;
        world.own(&site, SHOP).await;
        world.authority.refuse(true);
        let mut pauses = Vec::new();
        world.order_after(Duration::ZERO).await;
        for _ in 0..12 {
            let (before, mut waited) = (world.authority.asked(), Duration::ZERO);
            while world.authority.asked() == before {
                world.order_after(Duration::from_mins(5)).await;
                waited += Duration::from_mins(5);
            }
            pauses.push(waited.as_secs() / 60);
        }
        assert_eq!(pauses, [5, 10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440, 1440]);
        let failed = world.first(&site).await;
        assert_eq!(failed.order.fault.as_deref(), Some("It was refused"));
        world.authority.refuse(false);
        world.order_after(Duration::from_hours(24)).await;
        let had = world.first(&site).await;
        assert!(had.certificate.is_some() && had.order.fault.is_none());
        let events = world.events().await;
        assert_eq!(events.iter().filter(|name| *name == "site.certificate_failed").count(), 13);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_tenant_gave_is_not_ordered_and_what_they_took_away_is() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let site = world.live_site("shop").await;
        world.own(&site, SHOP).await;
        let of = world.domain_of(&site, SHOP);
        world.hosting.domains.certify(&of, actor(), issue(&[SHOP], (2000, 2060), &PKCS_ED25519)).await.expect("given");
        world.order_after(Duration::from_hours(24 * 365 * 20)).await;
        assert_eq!(world.authority.asked(), 0);
        world.hosting.domains.uncertify(&of, actor()).await.expect("taken away");
        world.order_after(Duration::ZERO).await;
        assert_eq!(world.authority.asked(), 1);
        assert!(world.first(&site).await.certificate.is_some_and(|own| own.is_ordered));
        world.hosting.domains.certify(&of, actor(), good(SHOP)).await.expect("given");
        assert!(world.first(&site).await.certificate.is_some_and(|own| !own.is_ordered));
    })
    .await;
}
