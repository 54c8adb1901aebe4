//! What carries a credential, and what bounds it: workspaces, addresses, plans.

use mainstay_testkit::gateway::{Actor as _, on_each_gateway};
use serde_json::json;

const ME: &str = "/api/v1/me";

/// Base64 (RFC 4648 section 4), as Basic wants it.
fn base64(text: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let letter =
        |word: u32, at: usize| char::from(LETTERS[usize::try_from((word >> (18 - 6 * at)) & 63).expect("small")]);
    let encode = |chunk: &[u8]| {
        let word = (0..3).fold(0_u32, |word, at| (word << 8) | u32::from(chunk.get(at).copied().unwrap_or(0)));
        (0..4).map(|at| if at <= chunk.len() { letter(word, at) } else { '=' }).collect::<String>()
    };
    text.as_bytes().chunks(3).map(encode).collect()
}

#[test]
fn every_carrier_works_on_every_surface() {
    on_each_gateway(async |gateway| {
        let (tenant, nobody) = (gateway.tenant().await, gateway.nobody());
        let key = &tenant.key.key;
        let carriers = [
            ("authorization", format!("Bearer {key}")),
            ("authorization", format!("bearer  {key}")),
            ("authorization", format!("Api-Key {key}")),
            ("x-api-key", key.clone()),
            ("authorization", format!("Basic {}", base64(&format!("{key}:")))),
            ("authorization", format!("Bearer {}", tenant.owner.access)),
        ];
        for path in [ME, "/api/auth/me/"] {
            for (name, value) in &carriers {
                let _ = nobody.get(path).header(name, value).await.is(200);
            }
            for value in ["", "Bearer", "Bearer ", "Basic !!!", "Digest x", "Basic eA=="] {
                let refused = nobody.get(path).header("authorization", value).await.is(401);
                assert!(refused.header("www-authenticate").is_some_and(|value| value.starts_with("Bearer")));
            }
        }
        let first = nobody.get(ME).header("authorization", "Bearer x").header("x-api-key", key).await;
        let _ = first.is(401);
    });
}

#[test]
fn a_key_works_in_its_own_workspace_only() {
    on_each_gateway(async |gateway| {
        let (tenant, other) = (gateway.tenant().await, gateway.tenant().await);
        let _ = tenant.key.get(ME).header("x-workspace-id", tenant.id.to_string()).await.is(200);
        let _ = tenant.key.get(ME).header("x-workspace-slug", &tenant.slug).await.is(200);
        for (name, value) in [("x-workspace-id", other.id.to_string()), ("x-workspace-slug", other.slug.clone())] {
            let refused = tenant.key.get(ME).header(name, value).await.is(403);
            assert_eq!(
                (refused.text("/error"), refused.text("/code")),
                ("access_denied".to_owned(), "forbidden_workspace".to_owned())
            );
        }
        for id in ["x", "0", "-1", "1.5", "99999999999999999999"] {
            let wrong = tenant.key.get(ME).header("x-workspace-id", id).await.is(422);
            assert_eq!(wrong.fields("/errors"), ["X-Workspace-Id"]);
        }
    });
}

#[test]
fn a_person_chooses_among_their_workspaces_and_finds_no_others() {
    on_each_gateway(async |gateway| {
        let (tenant, other) = (gateway.tenant().await, gateway.tenant().await);
        let second = tenant.owner.post("/api/v1/workspaces", &json!({ "name": "Second" })).await.is(201);
        let (id, slug) = (second.number("/data/id"), second.text("/data/slug"));
        let at = "/data/workspace/id";
        assert_eq!(tenant.owner.get(ME).await.is(200).number(at), tenant.id);
        assert_eq!(tenant.owner.get(ME).header("x-workspace-id", id.to_string()).await.is(200).number(at), id);
        assert_eq!(tenant.owner.get(ME).header("x-workspace-slug", &slug).await.is(200).number(at), id);
        assert_eq!(tenant.owner.get(&format!("{ME}?workspace_id={id}")).await.is(200).number(at), id);
        for (name, value) in [
            ("x-workspace-id", other.id.to_string()),
            ("x-workspace-slug", other.slug.clone()),
            ("x-workspace-slug", "A B".to_owned()),
        ] {
            assert_eq!(tenant.owner.get(ME).header(name, value).await.is(404).text("/error"), "not_found");
        }
        let _ = tenant.owner.get(ME).header("x-workspace-id", "9223372036854775807").await.is(404);
    });
}

#[test]
fn a_person_in_no_workspace_is_told_so_where_one_is_needed() {
    on_each_gateway(async |gateway| {
        let person = gateway.person("alone").await;
        let refused = person.get("/api/v1/api-keys").await.is(404);
        assert_eq!(
            (refused.text("/error"), refused.text("/code")),
            ("no_workspace".to_owned(), "no_workspace".to_owned())
        );
        let _ = person.post("/api/v1/workspaces", &json!({ "name": "First" })).await.is(201);
        let _ = person.get("/api/v1/api-keys").await.is(200);
    });
}

#[test]
fn a_key_is_used_from_its_allowed_addresses_only() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let body = json!({ "name": "Bound", "scopes": ["nothing:read"], "allowed_ips": ["203.0.113.0/24", "2001:db8::/32", "198.51.100.7"] });
        let made = tenant.owner.post("/api/v1/api-keys", &body).await.is(201);
        let bound = gateway.nobody().with_credential(&made.text("/data/key"));
        for address in ["203.0.113.9", "198.51.100.7", "2001:db8:1::1", "::ffff:203.0.113.9"] {
            let _ = bound.get(ME).header("x-forwarded-for", address).await.is(200);
        }
        for address in ["203.0.114.9", "198.51.100.8", "2001:db9::1", "127.0.0.1"] {
            let refused = bound.get(ME).header("x-forwarded-for", address).await.is(403);
            assert_eq!(
                (refused.text("/error"), refused.text("/code")),
                ("access_denied".to_owned(), "forbidden_address".to_owned())
            );
            // The address is refused before the scope is.
            let refused = bound.get("/api/v1/workspaces").header("x-forwarded-for", address).await.is(403);
            assert_eq!(refused.text("/code"), "forbidden_address");
        }
        let shown = tenant.owner.get(&format!("/api/v1/api-keys/{}", made.number("/data/id"))).await.is(200);
        assert_eq!(shown.at("/data/allowed_ips").as_array().map(Vec::len), Some(3));
    });
}

#[test]
fn a_plan_without_api_access_is_told_to_keys_and_not_to_people() {
    on_each_gateway(async |gateway| {
        let solo = gateway.tenant_on("solo").await;
        let refused = solo.key.get(ME).await.is(402);
        assert_eq!(
            (refused.text("/error"), refused.text("/code")),
            ("forbidden_plan".to_owned(), "forbidden_plan".to_owned())
        );
        let _ = solo.key.get("/api/v1/workspaces").await.is(402);
        assert_eq!(solo.key.get("/api/auth/me/").await.is(402).text("/code"), "FORBIDDEN_PLAN");
        assert_eq!(solo.owner.get(ME).await.is(200).text("/data/plan"), "solo");
    });
}

#[test]
fn wildcards_and_bare_scopes_reach_what_they_say() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        for (scope, reads, writes) in [
            ("*", true, true),
            ("workspaces:*", true, true),
            ("*:read", true, false),
            ("read", true, false),
            ("write", false, true),
            ("workspaces:read", true, false),
            ("api-keys:*", false, false),
            ("workspaces:manage", false, false),
        ] {
            let key = tenant.key_with(&[scope]).await;
            let status = |allowed: bool| if allowed { 200 } else { 403 };
            let _ = key.get(&tenant.path("")).await.is(status(reads));
            let _ = key.patch(&tenant.path(""), &json!({ "name": "Tenant" })).await.is(status(writes));
        }
    });
}
