//! The table of all routes, and who may not call them.

use mainstay_testkit::gateway::{Actor, Answer, Gateway, KeyHolder, Nobody, Person, Tenant, on_each_gateway};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What a route asks of its caller.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Needs {
    Nothing,
    Credential,
    Scope(&'static str),
}
use Needs::{Credential, Nothing, Scope};

/// A method and path, what it needs, a body that it takes, and the highest role that is too low for it.
type Route = (&'static str, &'static str, Needs, &'static str, Option<&'static str>);

const ROUTES: &[Route] = &[
    ("GET", "/health", Nothing, "", None),
    ("GET", "/api/healthz", Nothing, "", None),
    ("GET", "/metrics", Nothing, "", None),
    ("GET", "/api/openapi.json", Nothing, "", None),
    ("GET", "/swagger.json", Nothing, "", None),
    ("GET", "/api/schema", Nothing, "", None),
    ("POST", "/api/auth/token", Nothing, r#"{"email": "a@example.com", "password": "x"}"#, None),
    ("POST", "/api/auth/token/refresh", Nothing, r#"{"refresh": "x"}"#, None),
    ("GET", "/api/auth/me", Credential, "", None),
    ("GET", "/api/v1/me", Credential, "", None),
    ("GET", "/api/v1/workspaces", Scope("workspaces:read"), "", None),
    ("POST", "/api/v1/workspaces", Scope("workspaces:write"), r#"{"name": "New"}"#, None),
    ("GET", "/api/v1/workspaces/{id}", Scope("workspaces:read"), "", None),
    ("PATCH", "/api/v1/workspaces/{id}", Scope("workspaces:write"), r#"{"name": "New"}"#, Some("member")),
    ("DELETE", "/api/v1/workspaces/{id}", Scope("workspaces:delete"), "", Some("admin")),
    ("GET", "/api/v1/workspaces/{id}/members", Scope("workspaces:read"), "", None),
    ("POST", "/api/v1/workspaces/{id}/members", Scope("workspaces:write"), ADD, Some("member")),
    ("PATCH", "/api/v1/workspaces/{id}/members/{user}", Scope("workspaces:write"), ROLE, Some("member")),
    ("DELETE", "/api/v1/workspaces/{id}/members/{user}", Scope("workspaces:write"), "", Some("member")),
    ("GET", "/api/v1/audit-log", Scope("audit-log:view"), "", Some("member")),
    ("GET", "/api/v1/api-keys", Scope("api-keys:read"), "", None),
    ("POST", "/api/v1/api-keys", Scope("api-keys:write"), r#"{"name": "New"}"#, Some("member")),
    ("POST", "/api/v1/api-keys/verify", Scope("api-keys:verify"), r#"{"key": "x"}"#, Some("member")),
    ("GET", "/api/v1/api-keys/{id}", Scope("api-keys:read"), "", None),
    ("POST", "/api/v1/api-keys/{id}/rotate", Scope("api-keys:write"), "{}", Some("member")),
    ("DELETE", "/api/v1/api-keys/{id}", Scope("api-keys:delete"), "", Some("member")),
];
const ADD: &str = r#"{"email": "grace@example.com", "role": "member"}"#;
const ROLE: &str = r#"{"role": "viewer"}"#;

fn guarded() -> impl Iterator<Item = &'static Route> {
    ROUTES.iter().filter(|route| route.2 != Nothing)
}

/// A tenant whose things others must not reach.
struct House {
    tenant: Tenant,
    key: i64,
}

impl House {
    async fn build(gateway: &Gateway) -> Self {
        let tenant = gateway.tenant().await;
        let key = tenant.owner.post("/api/v1/api-keys", &json!({ "name": "Own" })).await.is(201).number("/data/id");
        Self { tenant, key }
    }

    /// A path of the table with this house's ids in it.
    fn fill(&self, template: &str) -> String {
        let key = format!("/api-keys/{}", self.key);
        let workspace = format!("/workspaces/{}", self.tenant.id);
        let path = template.replace("/api-keys/{id}", &key).replace("/workspaces/{id}", &workspace);
        path.replace("{user}", &self.tenant.owner.id)
    }

    /// A call of a route by somebody.
    async fn call(&self, actor: &impl Actor, (method, path, _, body, _): &Route, slash: &str) -> Answer {
        let call = actor.call(method, &format!("{}{slash}", self.fill(path)));
        if body.is_empty() { call.await } else { call.body("application/json", *body).await }
    }
}

/// Checks that calls of all guarded routes, with and without a slash at the end, are refused.
async fn refused(house: &House, actor: &impl Actor, status: u16, code: &str) {
    for route in guarded() {
        for slash in ["", "/"] {
            let answer = house.call(actor, route, slash).await.is(status);
            let found = answer.text("/code").to_lowercase();
            assert_eq!(found, code, "{answer:?}");
        }
    }
}

#[test]
fn every_route_of_the_document_is_in_the_table_and_the_other_way_round() {
    on_each_gateway(async |gateway| {
        let document = gateway.nobody().get("/swagger.json").await.is(200).json();
        let mut documented = BTreeSet::new();
        for (path, item) in document["paths"].as_object().expect("paths") {
            for (method, operation) in item.as_object().expect("operations") {
                let scope = operation.get("x-required-scope").and_then(Value::as_str);
                let guarded = operation.get("security").is_some();
                documented.insert((method.to_uppercase(), path.clone(), guarded, scope.map(str::to_owned)));
            }
        }
        let table: BTreeSet<_> = ROUTES
            .iter()
            .map(|(method, path, needs, ..)| {
                let scope = if let Scope(scope) = needs { Some((*scope).to_owned()) } else { None };
                ((*method).to_owned(), (*path).to_owned(), *needs != Nothing, scope)
            })
            .collect();
        assert_eq!(documented, table);
    });
}

#[test]
fn routes_that_need_nothing_answer_nobody_with_and_without_a_slash() {
    on_each_gateway(async |gateway| {
        let (house, nobody) = (House::build(gateway).await, gateway.nobody());
        for route in ROUTES.iter().filter(|route| route.2 == Nothing) {
            let expected = if route.0 == "GET" { 200 } else { 401 };
            for slash in ["", "/"] {
                let _ = house.call(&nobody, route, slash).await.is(expected);
            }
        }
    });
}

#[test]
fn every_guarded_route_refuses_nobody_and_keys_that_are_none() {
    on_each_gateway(async |gateway| {
        let (house, nobody) = (House::build(gateway).await, gateway.nobody());
        refused(&house, &nobody, 401, "unauthenticated").await;
        for credential in ["x", "sk_live_abcdefghijkl_abcdefghijklmnopqrstuvwxyzABCDEFGH", "e30.e30.e30"] {
            refused(&house, &nobody.with_credential(credential), 401, "unauthenticated").await;
        }
    });
}

#[test]
fn every_guarded_route_refuses_a_key_that_was_revoked() {
    on_each_gateway(async |gateway| {
        let house = House::build(gateway).await;
        let made =
            house.tenant.owner.post("/api/v1/api-keys", &json!({ "name": "Gone", "scopes": ["*"] })).await.is(201);
        let gone = Nobody::with_credential(&gateway.nobody(), &made.text("/data/key"));
        let _ = gone.get("/api/v1/me").await.is(200);
        let _ = house.tenant.owner.delete(&format!("/api/v1/api-keys/{}", made.number("/data/id"))).await.is(204);
        refused(&house, &gone, 401, "unauthenticated").await;
    });
}

#[test]
fn every_route_that_needs_a_scope_refuses_a_key_without_it_and_names_it() {
    on_each_gateway(async |gateway| {
        let house = House::build(gateway).await;
        for route in guarded() {
            let Scope(scope) = route.2 else { continue };
            let others = guarded().filter_map(|other| if let Scope(name) = other.2 { Some(name) } else { None });
            let others: Vec<_> = others.filter(|name| *name != scope).collect();
            let narrow: KeyHolder = house.tenant.key_with(&others).await;
            let answer = house.call(&narrow, route, "").await.is(403);
            assert_eq!(answer.text("/error"), "access_denied");
            assert_eq!(answer.text("/code"), "forbidden_scope");
            assert_eq!(answer.text("/required_scope"), scope);
            assert_eq!(answer.text("/message"), format!("Insufficient permissions. Required scope: {scope}"));
        }
    });
}

#[test]
fn every_route_that_needs_a_role_refuses_the_role_below() {
    on_each_gateway(async |gateway| {
        let house = House::build(gateway).await;
        for route in guarded() {
            let Some(role) = route.4 else { continue };
            let weak: Person = house.tenant.member(gateway, role).await;
            let answer = house.call(&weak, route, "").await.is(403);
            assert_eq!(answer.text("/error"), "access_denied", "{answer:?}");
        }
    });
}

#[test]
fn another_tenants_things_are_not_found() {
    on_each_gateway(async |gateway| {
        let (house, other) = (House::build(gateway).await, gateway.tenant().await);
        for route in guarded().filter(|route| route.1.contains("{id}")) {
            for slash in ["", "/"] {
                let answer = house.call(&other.key, route, slash).await.is(404);
                assert_eq!(answer.text("/error"), "not_found", "{answer:?}");
                let _ = house.call(&other.owner, route, slash).await.is(404);
            }
        }
        let _ = house.tenant.owner.get(&house.tenant.path("")).await.is(200);
        let _ = house.tenant.owner.get(&format!("/api/v1/api-keys/{}", house.key)).await.is(200);
    });
}
