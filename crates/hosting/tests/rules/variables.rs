//! Variables: set, unset, sealed, shown to those alone who may see them.

use crate::world::{World, actor};
use mainstay_hosting::variables::{Scope, VariableChange, VariableService as _};
use mainstay_hosting::{HostingError, SiteId};
use mainstay_kernel::Secret;
use mainstay_testkit::{on_each_database, rows};

fn change(values: &[(&str, Option<&str>)]) -> VariableChange {
    let values = values.iter().map(|(name, value)| {
        let value = value.map(|value| Secret::new(value.to_owned()));
        ((*name).to_owned(), value)
    });
    VariableChange { values: values.collect(), ..VariableChange::default() }
}

async fn rewrite(world: &World, id: &SiteId, change: VariableChange) -> Result<Vec<String>, HostingError> {
    let kept = world.hosting.variables.rewrite(world.workspace, id, actor(), change).await?;
    Ok(kept.into_iter().map(|own| own.name).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn variables_are_set_unset_and_replaced_all_or_nothing() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.live_site("shop").await;
        let names = rewrite(&world, &id, change(&[("A", Some("1")), ("B", Some("2"))])).await.expect("set");
        assert_eq!(names, ["A", "B"]);
        assert!(world.site(&id).await.is_stale);
        let names = rewrite(&world, &id, change(&[("A", None), ("C", Some("3"))])).await.expect("changed");
        assert_eq!(names, ["B", "C"]);
        let refused = rewrite(&world, &id, change(&[("B", None), ("absent", None)])).await;
        assert!(matches!(refused, Err(HostingError::VariableNotFound)));
        let all = VariableChange { replaces_all: true, scope: Some(Scope::Build), ..change(&[("D", Some("4"))]) };
        assert_eq!(rewrite(&world, &id, all).await.expect("replaced"), ["D"]);
        let shown = world.hosting.variables.reveal(world.workspace, &id, actor()).await.expect("shown").remove(0);
        assert_eq!((shown.scope, shown.value.expect("a value").expose().as_str()), (Scope::Build, "4"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn that_values_were_shown_is_told_and_they_are_nowhere_in_the_clear() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.live_site("shop").await;
        rewrite(&world, &id, change(&[("TOKEN", Some("hunter2"))])).await.expect("set");
        let listed = world.hosting.variables.variables(world.workspace, &id).await.expect("listed");
        assert!(listed.iter().all(|own| own.value.is_none()));
        world.hosting.variables.reveal(world.workspace, &id, actor()).await.expect("shown");
        let events = rows::events(&world.database).await;
        let (name, _, data) = events.last().expect("an event");
        assert_eq!((name.as_str(), &data["actor"]), ("site.variables.revealed", &"somebody".into()));
        assert!(events.iter().all(|(.., data)| !data.to_string().contains("hunter2")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_variable_is_named_and_none_is_set() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.live_site("shop").await;
        let large = "x".repeat(129 * 1024);
        let refused = rewrite(&world, &id, change(&[("OK", Some("1")), ("1X", Some("1")), ("PORT", Some("1"))])).await;
        let Err(HostingError::Invalid(fields)) = refused else { panic!("{refused:?}") };
        let fields: Vec<_> = fields.into_iter().map(|wrong| wrong.field).collect();
        assert_eq!(fields, ["env.1X", "env.PORT"]);
        let refused = rewrite(&world, &id, change(&[("BIG", Some(&large))])).await;
        assert!(matches!(refused, Err(HostingError::Invalid(_))));
        assert!(world.hosting.variables.variables(world.workspace, &id).await.expect("none").is_empty());
        let strange = world.hosting.variables.variables(world.elsewhere, &id).await;
        assert!(matches!(strange, Err(HostingError::SiteNotFound)));
    })
    .await;
}
