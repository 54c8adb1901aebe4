//! How uses come to one number, once there are some.

use super::world::{World, limited};
use mainstay_entitlements::offer::{FeatureChange, OfferError, OfferService as _};
use mainstay_entitlements::{Aggregation, FeatureEntry, Grant};
use mainstay_testkit::on_each_database;

fn by(aggregation: Aggregation) -> FeatureChange {
    FeatureChange { aggregation: Some(aggregation), ..FeatureChange::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feature_that_was_used_is_not_counted_in_another_way() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.set_feature("posts", by(Aggregation::Max)).await;
        world.consume("free", "posts", 4).await.expect("used");
        let refused = world.offers.change_feature("posts", by(Aggregation::Sum)).await;
        assert!(matches!(refused, Err(OfferError::FeatureUsed(_))));
        let refused = world.offers.remove_feature("posts").await;
        assert!(matches!(refused, Err(OfferError::FeatureUsed(_))), "the file counts it in another way");
        let same = FeatureChange { unit: mainstay_kernel::Patch::Set("texts".into()), ..by(Aggregation::Max) };
        world.set_feature("posts", same).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feature_that_is_removed_and_defined_anew_shows_what_its_uses_come_to_then() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.offers.add_feature(limited("calls")).await.expect("added");
        world.grant("free", "calls", Some(Grant::Limit(100))).await;
        for quantity in [5, 9, 2] {
            world.consume("free", "calls", quantity).await.expect("used");
        }
        assert_eq!(world.used("free", "calls").await, 16);
        world.grant("free", "calls", None).await;
        world.offers.remove_feature("calls").await.expect("removed");
        let anew = FeatureEntry { aggregation: Aggregation::Max, ..limited("calls") };
        world.offers.add_feature(anew).await.expect("added");
        world.grant("free", "calls", Some(Grant::Limit(10))).await;
        assert_eq!(world.used("free", "calls").await, 9);
        assert_eq!(world.consume("free", "calls", 10).await.expect("used").verdict.used, 10);
    })
    .await;
}
