//! What is told of sites says who did it and tells no secret.

use crate::world::{World, actor, deploy};
use mainstay_hosting::sites::SiteService as _;
use mainstay_kernel::Secret;
use mainstay_testkit::{on_each_database, rows};

#[tokio::test(flavor = "multi_thread")]
async fn events_name_who_did_it_and_hold_no_variable_and_no_command() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let mut new = world.new_site("shop");
        new.variables.insert("TOKEN".to_owned(), Secret::new("hunter2".to_owned()));
        new.change.output_directory = mainstay_kernel::Patch::Set(".".to_owned());
        let id = world.create(new).await.expect("a site").id;
        world.work().await;
        world.act(&id, deploy()).await.expect("queued");
        world.hosting.sites.delete(world.workspace, &id, actor()).await.expect("deleted");
        for (name, workspace, data) in rows::events(&world.database).await {
            assert_eq!(workspace, Some(world.workspace.0), "{name}");
            assert_eq!(data["actor"], "somebody", "{name}");
            assert!(!data.to_string().contains("hunter2"), "{name}");
        }
    })
    .await;
}
