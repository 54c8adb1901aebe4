//! Hosts: whom each means.

use crate::world::World;
use mainstay_hosting::serving::Asked;
use mainstay_testkit::on_each_database;

#[tokio::test(flavor = "multi_thread")]
async fn a_host_means_a_site_nobody_or_the_installation_itself() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        world.live_site("shop").await;
        for (host, expected) in [
            ("shop.sites.test", "site"),
            ("SHOP.Sites.Test:8080", "site"),
            ("shop.sites.test.", "site"),
            ("other.sites.test", "nobody"),
            ("a.shop.sites.test", "nobody"),
            ("panel.sites.test", "installation"),
            ("sites.test", "installation"),
            (".sites.test", "installation"),
            ("shop.sites.test.evil.example", "installation"),
            ("shopsites.test", "installation"),
            ("127.0.0.1:8080", "installation"),
            ("[::1]:8080", "installation"),
            ("", "installation"),
        ] {
            let meant = match world.hosting.serving.asked(host) {
                Asked::Installation => "installation",
                Asked::Nobody => "nobody",
                Asked::Site(_) => "site",
            };
            assert_eq!(meant, expected, "{host:?}");
        }
    })
    .await;
}
