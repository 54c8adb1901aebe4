//! Who calls: every kind of caller that there is.

use super::house::House;
use super::table::{Needs, Route};
use crate::authenticator::secured;
use mainstay_testkit::gateway::{Actor as _, Answer, Call, Gateway, Person};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::future::IntoFuture as _;
use std::time::Duration;

/// A kind of caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Caller {
    /// Without a credential.
    Nobody,
    /// With a word.
    Garbled,
    /// With what looks like a key.
    Forged,
    /// With what looks like a JWT.
    Unsigned,
    /// With a key of the owner that has come to its end.
    Expired,
    /// With a key of the owner that was taken back.
    Revoked,
    /// With the challenge that another owner of the workspace got for the password alone.
    Challenge,
    /// With a key of the owner that has every scope but the one that is needed.
    Narrow,
    /// Logged in, with a workspace of their own.
    Stranger,
    Viewer,
    Member,
    Admin,
    Owner,
    /// With a key of the stranger that has every scope in their workspace.
    Foreign,
}

impl Caller {
    pub(super) const ALL: [Self; 14] = [
        Self::Nobody,
        Self::Garbled,
        Self::Forged,
        Self::Unsigned,
        Self::Expired,
        Self::Revoked,
        Self::Challenge,
        Self::Narrow,
        Self::Stranger,
        Self::Viewer,
        Self::Member,
        Self::Admin,
        Self::Owner,
        Self::Foreign,
    ];

    /// Those whose answers stand in the table, in its order.
    pub(super) const SEATED: [Self; 6] =
        [Self::Stranger, Self::Viewer, Self::Member, Self::Admin, Self::Owner, Self::Foreign];

    /// Whether the credential opens nothing, as if there were none.
    pub(super) fn stands_for_nobody(self) -> bool {
        self <= Self::Challenge
    }
}

/// The credentials of everybody.
pub(super) struct Crowd<'h> {
    house: &'h House<'h>,
    credentials: BTreeMap<Caller, String>,
    /// For each scope a key that has all others.
    narrow: BTreeMap<&'static str, String>,
}

impl<'h> Crowd<'h> {
    /// Everybody who may call one of these routes.
    pub(super) async fn gather(house: &'h House<'h>, routes: &[Route]) -> Self {
        let expired = house.tenant.dying_key().await.key;
        let House { tenant, elsewhere, viewer, member, admin, .. } = house;
        let forged = "sk_live_abcdefghijkl_abcdefghijklmnopqrstuvwxyzABCDEFGH";
        let credentials = BTreeMap::from([
            (Caller::Garbled, "x".to_owned()),
            (Caller::Forged, forged.to_owned()),
            (Caller::Unsigned, "e30.e30.e30".to_owned()),
            (Caller::Revoked, revoked(house).await),
            (Caller::Challenge, challenge(house).await),
            (Caller::Stranger, elsewhere.owner.access.clone()),
            (Caller::Viewer, viewer.access.clone()),
            (Caller::Member, member.access.clone()),
            (Caller::Admin, admin.access.clone()),
            (Caller::Owner, tenant.owner.access.clone()),
            (Caller::Foreign, elsewhere.key.key.clone()),
            (Caller::Expired, at_its_end(house.gateway, expired).await),
        ]);
        let mut crowd = Self { house, credentials, narrow: BTreeMap::new() };
        crowd.narrow(routes).await;
        crowd
    }

    async fn narrow(&mut self, routes: &[Route]) {
        let scopes =
            routes.iter().filter_map(|route| if let Needs::Scope(scope) = route.needs { Some(scope) } else { None });
        let scopes: BTreeSet<_> = scopes.collect();
        for scope in &scopes {
            if !self.narrow.contains_key(scope) {
                let others: Vec<_> = scopes.iter().copied().filter(|other| other != scope).collect();
                let key = self.house.tenant.key_with(&others).await.key;
                self.narrow.insert(scope, key);
            }
        }
    }

    /// What a caller brings to a route.
    async fn credential(&self, caller: Caller, route: &Route) -> Option<String> {
        match (caller, route.needs) {
            (Caller::Nobody, _) => None,
            (Caller::Narrow, Needs::Scope(scope)) => Some(self.narrow[scope].clone()),
            (Caller::Narrow, _) => self.narrow.values().next().cloned(),
            // It ends the session that it is called by.
            _ if route.path == "/auth/logout" && Caller::SEATED.contains(&caller) => Some(self.anew(caller).await),
            _ => Some(self.credentials[&caller].clone()),
        }
    }

    /// A session of this person's that nothing else needs.
    async fn anew(&self, caller: Caller) -> String {
        let House { tenant, elsewhere, viewer, member, admin, .. } = self.house;
        let person = match caller {
            Caller::Stranger => &elsewhere.owner,
            Caller::Viewer => viewer,
            Caller::Member => member,
            Caller::Admin => admin,
            Caller::Owner => &tenant.owner,
            _ => return self.credentials[&caller].clone(),
        };
        log_in(self.house.gateway, person).await.is(200).text("/token")
    }

    /// Calls a route, from an address of the caller's own; gives the answer, or why it is none that the document knows.
    pub(super) async fn call(&self, caller: Caller, route: &Route, path: &str, input: &str) -> Result<Answer, String> {
        let nobody = self.house.gateway.nobody();
        let (query, body) = if input.starts_with('?') { (input, "") } else { ("", input) };
        let mut call: Call = nobody.call(route.method, &format!("{path}{query}"));
        if let Some(credential) = self.credential(caller, route).await {
            call = call.header("authorization", format!("Bearer {credential}"));
        }
        if !body.is_empty() {
            call = call.body("application/json", body);
        }
        // In a task, so that an answer against the document is told with all that is wrong, not alone.
        tokio::spawn(call.into_future()).await.map_err(|cause| reason(cause.into_panic().as_ref()))
    }
}

fn reason(panic: &(dyn std::any::Any + Send)) -> String {
    panic.downcast_ref::<String>().cloned().unwrap_or_else(|| "the call failed".to_owned())
}

async fn log_in(gateway: &Gateway, person: &Person) -> Answer {
    let credentials = json!({ "email": person.email, "password": person.password });
    gateway.nobody().post("/auth/login", &credentials).await
}

async fn revoked(house: &House<'_>) -> String {
    let owner = &house.tenant.owner;
    let made = owner.post("/api/v1/api-keys", &json!({ "name": "Gone", "scopes": ["*"] })).await.is(201);
    let key = made.text("/data/key");
    let _ = house.gateway.nobody().with_credential(&key).get("/api/v1/me").await.is(200);
    let _ = owner.delete(&format!("/api/v1/api-keys/{}", made.number("/data/id"))).await.is(204);
    key
}

async fn challenge(house: &House<'_>) -> String {
    let person = house.tenant.member(house.gateway, "owner").await;
    let _ = secured(&person).await;
    log_in(house.gateway, &person).await.is(202).text("/challenge_token")
}

/// The key, once its end has come.
async fn at_its_end(gateway: &Gateway, key: String) -> String {
    let holder = gateway.nobody().with_credential(&key);
    while holder.get("/api/v1/me").await.status == 200 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    key
}
