use super::{FILES, House, name};
use mainstay_kernel::Clock as _;
use mainstay_mcp::upstream::Hearing;
use mainstay_mcp::versions::{NewVersion, VersionService as _, VersionStatus};
use mainstay_mcp::{Called, McpError, McpService as _, ToolCall};
use mainstay_testkit::on_each_database;
use std::time::Duration;

const DAY: Duration = Duration::from_hours(24);
const TOOL: &str = "list_directory";

impl House {
    async fn declare(&self, version: &str, new: NewVersion) {
        let declared = self.opened.versions.put(&self.caller, &name(FILES), TOOL, version, new).await;
        declared.expect("a version");
    }

    async fn called(&self, version: Option<&str>) -> Result<Called, McpError> {
        let call = ToolCall { tool: TOOL.to_owned(), version: version.map(str::to_owned), ..ToolCall::default() };
        self.opened.mcp.call(&self.caller, &name(FILES), call, Hearing::default()).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_is_served_then_warned_of_then_refused_as_its_time_passes() {
    on_each_database(|database| async {
        let house = House::new(database).await;
        let now = house.clock.now();
        let (deprecated_at, sunset_at) = (Some(now.plus(DAY)), Some(now.plus(2 * DAY)));
        house.declare("1.0.0", NewVersion { deprecated_at, sunset_at, ..NewVersion::default() }).await;
        house.declare("2.0.0", NewVersion::default()).await;
        assert_eq!(house.called(None).await.expect("an answer").chosen.version, "2.0.0");
        assert!(house.called(Some("1.0.0")).await.expect("an answer").chosen.deprecation.is_none());
        house.clock.advance(DAY);
        let warned = house.called(Some("1.0.0")).await.expect("an answer").chosen.deprecation.expect("a warning");
        assert_eq!((warned.latest.as_deref(), warned.sunset_at), (Some("2.0.0"), sunset_at));
        house.clock.advance(DAY);
        assert!(matches!(house.called(Some("1.0.0")).await, Err(McpError::Sunset(_))));
        let versions = house.opened.versions.versions(&house.caller, &name(FILES), TOOL).await.expect("versions");
        let stand: Vec<_> = versions.iter().map(|(version, status)| (version.version.to_string(), *status)).collect();
        assert_eq!(stand, [("2.0.0".to_owned(), VersionStatus::Latest), ("1.0.0".to_owned(), VersionStatus::Sunset)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn versions_are_a_workspaces_own() {
    on_each_database(|database| async {
        let house = House::new(database).await;
        house.declare("3.0.0", NewVersion { is_latest: true, ..NewVersion::default() }).await;
        assert_eq!(house.called(None).await.expect("an answer").chosen.version, "3.0.0");
        let elsewhere = house.opened.versions.versions(&house.other, &name(FILES), TOOL).await.expect("versions");
        assert!(elsewhere.is_empty());
        let delete = async || house.opened.versions.delete(&house.other, &name(FILES), TOOL, "3.0.0").await;
        assert!(matches!(delete().await, Err(McpError::NoVersion { .. })));
    })
    .await;
}
