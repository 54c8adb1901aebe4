//! Logs: kept from one deployment to the next, read on from any line.

use crate::programs::run_by;
use crate::world::{World, deploy};
use mainstay_hosting::logs::{Line, LogQuery, LogService as _, Source};
use mainstay_hosting::{HostingError, SiteId};
use mainstay_testkit::on_each_database;

async fn lines(world: &World, id: &SiteId, query: LogQuery) -> Vec<Line> {
    let query = LogQuery { limit: if query.limit == 0 { 100 } else { query.limit }, ..query };
    world.hosting.logs.lines(world.workspace, id, query).await.expect("lines")
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_are_kept_from_one_deployment_to_the_next_and_read_on_from_any() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.live_site("shop").await;
        let first = lines(&world, &id, LogQuery::default()).await;
        assert!(first[0].message.starts_with("Cloning ") && first.last().expect("a line").message == "Going live");
        assert!(first.windows(2).all(|pair| pair[0].seq < pair[1].seq));
        world.clock.advance(std::time::Duration::from_secs(1));
        world.act(&id, deploy()).await.expect("queued");
        world.work().await;
        let all = lines(&world, &id, LogQuery::default()).await;
        assert_eq!(all.len(), 2 * first.len());
        let after = first.last().map(|line| line.seq);
        let rest = lines(&world, &id, LogQuery { after, limit: 2, ..LogQuery::default() }).await;
        assert_eq!(rest, all[first.len()..first.len() + 2]);
        let last = lines(&world, &id, LogQuery { limit: 1, ..LogQuery::default() }).await;
        assert_eq!(last, all[all.len() - 1..]);
        let deployment = Some(all[0].deployment.clone());
        let own = lines(&world, &id, LogQuery { deployment, ..LogQuery::default() }).await;
        assert_eq!(own, first);
        let none = lines(&world, &id, LogQuery { source: Some(Source::Runtime), ..LogQuery::default() }).await;
        assert!(none.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_is_slowed_down_has_its_log_say_so_once_and_once_more_when_it_is_over() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.create(run_by(&world, "serve one")).await.expect("a site").id;
        world.work().await;
        for is_slowed in [false, true, true, false, false] {
            world.driver.programs.slow(is_slowed);
            world.hosting.running.look().await.expect("looked");
        }
        let told = lines(&world, &id, LogQuery { source: Some(Source::Runtime), ..LogQuery::default() }).await;
        let told: Vec<_> = told.iter().map(|line| line.message.as_str()).collect();
        assert!(
            matches!(told[..], [begun, over] if begun.contains("gets little processor time") && over.contains("no longer")),
            "{told:?}"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strangers_logs_are_not_there() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let (id, other) = (world.live_site("shop").await, world.live_site("other").await);
        let logs = &world.hosting.logs;
        let strange = logs.lines(world.elsewhere, &id, LogQuery::default()).await;
        assert!(matches!(strange, Err(HostingError::SiteNotFound)));
        let theirs = Some(world.deployments(&other).await.remove(0).id);
        let mixed = logs.lines(world.workspace, &id, LogQuery { deployment: theirs, ..LogQuery::default() }).await;
        assert!(matches!(mixed, Err(HostingError::DeploymentNotFound)));
    })
    .await;
}
