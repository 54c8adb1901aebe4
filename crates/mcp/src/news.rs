//! That what servers offer has changed, told to whoever follows it.

use crate::caller::Caller;
use crate::model::ServerName;
use crate::upstream::Offer;
use mainstay_kernel::WorkspaceId;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::broadcast::{self, Receiver, Sender};
use tokio_util::sync::CancellationToken;

/// Changes that a slow follower may lag behind; past that it is told that anything may have changed.
const MOST_WAITING: usize = 256;
/// How long changes are gathered before they are told: a server that tells of its own without end is not to flood others.
const GATHERING: Duration = Duration::from_millis(200);

/// Lists of what servers offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lists {
    /// Tools.
    pub tools: bool,
    /// Resources, and what their addresses look like.
    pub resources: bool,
    /// Prompts.
    pub prompts: bool,
}

impl Lists {
    /// Of tools alone.
    pub const TOOLS: Self = Self { tools: true, resources: false, prompts: false };
    /// Of resources alone.
    pub const RESOURCES: Self = Self { tools: false, resources: true, prompts: false };
    /// Of prompts alone.
    pub const PROMPTS: Self = Self { tools: false, resources: false, prompts: true };
    /// All of them.
    pub const ALL: Self = Self { tools: true, resources: true, prompts: true };

    /// Those that are another in one offer than in the other.
    pub(crate) fn that_differ(before: &Offer, after: &Offer) -> Self {
        Self {
            tools: before.tools != after.tools,
            resources: before.resources != after.resources || before.templates != after.templates,
            prompts: before.prompts != after.prompts,
        }
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }

    const fn and(self, other: Self) -> Self {
        Self {
            tools: self.tools || other.tools,
            resources: self.resources || other.resources,
            prompts: self.prompts || other.prompts,
        }
    }
}

#[derive(Debug, Clone)]
struct Change {
    workspace: WorkspaceId,
    /// None where it may be any server of the workspace.
    server: Option<ServerName>,
    lists: Lists,
}

/// Where changes are told.
pub(crate) struct News {
    sender: Sender<Change>,
    ended: CancellationToken,
}

impl News {
    pub(crate) fn new() -> Self {
        Self { sender: broadcast::channel(MOST_WAITING).0, ended: CancellationToken::new() }
    }

    /// Tells that lists of a server have changed, or of any server of the workspace.
    pub(crate) fn tell(&self, workspace: WorkspaceId, server: Option<&ServerName>, lists: Lists) {
        if !lists.is_empty() {
            // Nobody may be there to hear it.
            drop(self.sender.send(Change { workspace, server: server.cloned(), lists }));
        }
    }

    /// Follows what a caller sees: of one server, or of all.
    pub(crate) fn follow(&self, caller: &Caller, only: Option<&ServerName>) -> Follower {
        let (receiver, ended) = (self.sender.subscribe(), self.ended.clone());
        Follower { caller: caller.clone(), only: only.cloned(), receiver, ended }
    }

    /// Ends all following.
    pub(crate) fn end(&self) {
        self.ended.cancel();
    }
}

/// Somebody who follows changes.
pub struct Follower {
    caller: Caller,
    only: Option<ServerName>,
    receiver: Receiver<Change>,
    ended: CancellationToken,
}

impl Follower {
    /// The lists that changed since it was last asked, as soon as there are some; none when there will be no more.
    pub async fn next(&mut self) -> Option<Lists> {
        let ended = self.ended.clone();
        tokio::select! {
            changed = self.changed() => changed,
            () = ended.cancelled() => None,
        }
    }

    async fn changed(&mut self) -> Option<Lists> {
        let mut lists = Lists::default();
        while lists.is_empty() {
            let received = self.receiver.recv().await;
            lists = self.lists(received)?;
        }
        tokio::time::sleep(GATHERING).await;
        while !self.receiver.is_empty() {
            let received = self.receiver.recv().await;
            lists = lists.and(self.lists(received)?);
        }
        Some(lists)
    }

    /// What of a change is this follower's to know; none when it was the last one.
    fn lists(&self, received: Result<Change, RecvError>) -> Option<Lists> {
        match received {
            Ok(change) if self.follows(&change) => Some(change.lists),
            Ok(_) => Some(Lists::default()),
            Err(RecvError::Lagged(_)) => Some(Lists::ALL),
            Err(RecvError::Closed) => None,
        }
    }

    fn follows(&self, change: &Change) -> bool {
        let is_seen =
            |server: &ServerName| self.only.as_ref().is_none_or(|only| only == server) && self.caller.may_use(server);
        change.workspace == self.caller.workspace && change.server.as_ref().is_none_or(is_seen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::caller::Protocol;
    use futures_util::FutureExt as _;
    use mainstay_kernel::{Ids as _, Plan, Rights, SystemIds, UserId};
    use std::sync::Arc;

    fn caller(workspace: i64, servers: Option<&[&str]>) -> Caller {
        let plan = Plan {
            name: "free".to_owned(),
            requests_per_minute: 60,
            burst_percent: 0,
            api_access: true,
            max_api_keys: None,
            max_webhooks: None,
        };
        Caller {
            workspace: WorkspaceId(workspace),
            plan: Arc::new(plan),
            user: UserId(SystemIds.uuid()),
            key: None,
            rights: Rights::default(),
            servers: servers.map(|servers| servers.iter().map(ToString::to_string).collect()),
            address: None,
            client: None,
            request: None,
            protocol: Protocol::Mcp,
        }
    }

    fn server(name: &str) -> ServerName {
        name.parse().expect("a name")
    }

    fn heard(follower: &Follower, change: &Change) -> Option<Lists> {
        follower.lists(Ok(change.clone()))
    }

    #[test]
    fn a_follower_hears_of_its_own_workspace_and_servers_alone() {
        let news = News::new();
        let files = server("files");
        let change = Change { workspace: WorkspaceId(1), server: Some(files.clone()), lists: Lists::TOOLS };
        let all = news.follow(&caller(1, None), None);
        assert_eq!(heard(&all, &change), Some(Lists::TOOLS));
        for (who, only, why) in [
            (caller(2, None), None, "of another workspace"),
            (caller(1, Some(&["docs"])), None, "whose key is for another server"),
            (caller(1, None), Some(server("docs")), "of another server"),
        ] {
            let follower = news.follow(&who, only.as_ref());
            assert_eq!(heard(&follower, &change), Some(Lists::default()), "{why}");
        }
        let any = Change { server: None, ..change };
        assert_eq!(heard(&news.follow(&caller(1, None), Some(&files)), &any), Some(Lists::TOOLS));
    }

    #[tokio::test]
    async fn changes_in_a_row_are_told_together_and_a_follower_that_lags_behind_of_all_lists() {
        let news = News::new();
        let mut follower = news.follow(&caller(1, None), None);
        assert!(follower.next().now_or_never().is_none(), "there is nothing yet");
        news.tell(WorkspaceId(1), Some(&server("files")), Lists::TOOLS);
        news.tell(WorkspaceId(1), Some(&server("docs")), Lists::PROMPTS);
        assert_eq!(follower.next().await, Some(Lists { resources: false, ..Lists::ALL }));
        for _ in 0..=MOST_WAITING {
            news.tell(WorkspaceId(1), None, Lists::TOOLS);
        }
        assert_eq!(follower.next().await, Some(Lists::ALL));
    }

    #[tokio::test]
    async fn nobody_follows_past_the_end() {
        let news = News::new();
        let (mut before, workspace) = (news.follow(&caller(1, None), None), WorkspaceId(1));
        news.end();
        news.tell(workspace, None, Lists::default());
        assert_eq!(before.next().await, None);
        assert_eq!(news.follow(&caller(1, None), None).next().await, None);
    }
}
