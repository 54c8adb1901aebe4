use super::{FILES, House, at, name, nothing, site};
use mainstay_kernel::{Keyring, Patch, SystemIds};
use mainstay_mcp::McpError;
use mainstay_mcp::servers::{Owner, ServerChange, ServerService as _};
use mainstay_testkit::on_each_database;

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_a_workspace_registers_is_its_own() {
    on_each_database(|database| async {
        let (house, site) = (House::new(database).await, site());
        let (servers, here, elsewhere) = (&house.opened.servers, house.caller.workspace, house.other.workspace);
        let made = house.register("docs", &site).await;
        assert!(matches!(made.owner, Owner::Workspace { .. }));
        assert!(matches!(servers.create(here, at("docs", &site)).await, Err(McpError::Invalid(_))), "it is taken");
        assert!(matches!(servers.create(here, at(FILES, &site)).await, Err(McpError::Invalid(_))), "so is this");
        assert_eq!(servers.servers(here).await.expect("servers").len(), 2);
        assert_eq!(servers.servers(elsewhere).await.expect("servers").len(), 1);
        let of_others = servers.delete(elsewhere, &name("docs")).await;
        assert!(matches!(of_others, Err(McpError::NoServer)));
        assert!(matches!(servers.delete(here, &name(FILES)).await, Err(McpError::NotYours)));
        servers.delete(here, &name("docs")).await.expect("deleted");
        assert!(matches!(house.call("docs", "echo", nothing()).await, Err(McpError::NoServer)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_is_given_is_read_with_the_master_key_alone() {
    on_each_database(|database| async {
        let (house, site) = (House::new(database).await, site());
        house.register("docs", &site).await;
        let stranger = house.node(Keyring::parse(&Keyring::generate(&SystemIds)).expect("another master key"));
        let read = stranger.servers.server(house.caller.workspace, &name("docs")).await;
        assert!(matches!(read, Err(McpError::Sealed(_))), "{read:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_workspace_forbids_of_a_server_holds_for_it_alone() {
    on_each_database(|database| async {
        let house = House::new(database).await;
        let denied = ServerChange { denied_tools: Some(vec!["write_*".to_owned()]), ..ServerChange::default() };
        let servers = &house.opened.servers;
        servers.update(house.caller.workspace, &name(FILES), denied).await.expect("changed");
        assert!(!house.tools(FILES).await.contains(&"write_file".to_owned()));
        assert!(matches!(house.call(FILES, "write_file", nothing()).await, Err(McpError::NoTool { .. })));
        let elsewhere = servers.server(house.other.workspace, &name(FILES)).await.expect("a server");
        assert!(elsewhere.policy.allows("write_file"));
        let off = ServerChange { is_enabled: Some(false), allowed_tools: Patch::Clear, ..ServerChange::default() };
        servers.update(house.caller.workspace, &name(FILES), off).await.expect("changed");
        assert!(matches!(house.call(FILES, "read_file", nothing()).await, Err(McpError::NoServer)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_belongs_to_the_installation_is_not_a_workspaces_to_redefine() {
    on_each_database(|database| async {
        let house = House::new(database).await;
        let renamed = ServerChange { title: Some("Mine".to_owned()), ..ServerChange::default() };
        let refused = house.opened.servers.update(house.caller.workspace, &name(FILES), renamed).await;
        assert!(matches!(refused, Err(McpError::Invalid(_))), "{refused:?}");
    })
    .await;
}
