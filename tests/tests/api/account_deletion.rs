//! `DELETE /auth/me`: a person leaves for good, with all that is theirs alone.

use crate::oauth_app::App;
use futures_util::future::{join, join_all};
use mainstay_testkit::gateway::{Actor as _, Answer, Call, Gateway, Person, on_each_gateway, on_own_gateways};
use serde_json::{Value, json};

fn deletion(person: &Person, password: &str) -> Call {
    person.call("DELETE", "/auth/me").json(&json!({ "current_password": password }))
}

async fn delete(person: &Person) -> Answer {
    deletion(person, person.password).await
}

fn credentials(person: &Person) -> Value {
    json!({ "email": person.email, "password": person.password })
}

#[test]
fn every_session_and_grant_and_token_ends_with_the_account() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let ada = tenant.member(gateway, "admin").await;
        let key = tenant.key_of(&ada, &["workspaces:read"]).await;
        let app = App::of(&tenant.owner, gateway).await;
        let own = App::of(&ada, gateway).await;
        let tokens = app.tokens(&ada, "&scope=openid").await;
        let pair = gateway.nobody().post("/api/auth/token/", &credentials(&ada)).await.is(200);
        let jwt = gateway.nobody().with_credential(&pair.text("/access"));
        let other = gateway.nobody().post("/auth/login", &credentials(&ada)).await.is(200);
        let access = tokens.text("/access_token");
        for standing in [key.get("/api/v1/me"), jwt.get("/auth/me"), ada.get("/auth/me"), app.userinfo(&access)] {
            let _ = standing.await.is(200);
        }

        assert_eq!(delete(&ada).await.is(200).fields(""), ["message"]);

        for over in [key.get("/api/v1/me"), jwt.get("/auth/me"), ada.get("/auth/me"), app.userinfo(&access)] {
            let _ = over.await.is(401);
        }
        for refresh in [other.text("/refresh_token"), pair.text("/refresh")] {
            let _ = gateway.nobody().post("/auth/token/refresh", &json!({ "refresh_token": refresh })).await.is(401);
        }
        let _ = app.refresh(&tokens.text("/refresh_token")).await.is(400);
        let told = app.ask("/oauth/introspect", &json!({ "token": access })).await.is(200);
        assert_eq!(told.json(), json!({ "active": false }));
        assert_eq!(
            own.ask("/oauth/introspect", &json!({ "token": access })).await.is(400).text("/error"),
            "invalid_client"
        );
        let _ = gateway.nobody().post("/auth/login", &credentials(&ada)).await.is(401);
        let letter = gateway.letter_with(&ada.email, "deleted").await;
        assert!(letter.link().ends_with("/sign-up"), "{letter:?}");
        let again = gateway.nobody().post("/auth/register/start", &json!({ "email": ada.email })).await;
        let _ = again.is(200);
    });
}

#[test]
fn it_takes_the_password_of_a_session() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        assert_eq!(deletion(&ada, "a guess").await.is(400).text("/code"), "INVALID_PASSWORD");
        let _ = ada.call("DELETE", "/auth/me").json(&json!({})).await.is(422);
        let _ = ada.delete("/auth/me").await.is(422);
        let tenant = gateway.tenant().await;
        let by_key = tenant.key.call("DELETE", "/auth/me");
        let _ = by_key.json(&json!({ "current_password": tenant.owner.password })).await.is(403);
        let _ = ada.get("/auth/me").await.is(200);
    });
}

#[test]
fn the_owner_of_the_installation_stays() {
    on_each_gateway(async |gateway| {
        let owner = gateway.owner().await;
        assert_eq!(delete(&owner).await.is(409).text("/code"), "INSTALLATION_OWNER");
        let _ = owner.get("/auth/me").await.is(200);
    });
}

#[test]
fn an_account_stays_while_others_need_it_and_says_where() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let heir = tenant.member(gateway, "admin").await;
        let project = tenant.owner.post("/projects", &json!({ "name": "Compiler" })).await.is(201);
        let path = |below: &str| format!("/projects/{}/{below}", project.text("/slug"));
        let _ = tenant.owner.post(&path("members"), &json!({ "email": heir.email })).await.is(201);

        let refused = delete(&tenant.owner).await.is(409);
        assert_eq!(refused.text("/code"), "STILL_NEEDED");
        let kinds = |answer: &Answer| -> Vec<Value> {
            answer.at("/needed_by").as_array().expect("a list").iter().map(|tie| tie["type"].clone()).collect()
        };
        assert_eq!(kinds(&refused), ["workspace", "project"]);
        assert_eq!(refused.at("/needed_by/1/slug"), project.at("/slug"));
        assert_eq!(refused.fields("/needed_by/0"), ["name", "slug", "type"]);
        assert!(refused.text("/error").contains(&project.text("/slug")), "{refused:?}");

        let owner = json!({ "role": "owner" });
        let _ = tenant.owner.patch(&tenant.path(&format!("/members/{}", heir.id)), &owner).await.is(200);
        assert_eq!(kinds(&delete(&tenant.owner).await.is(409)), ["project"]);
        let _ = tenant.owner.post(&path("transfer-ownership"), &json!({ "new_owner_id": heir.id })).await.is(200);
        let _ = delete(&tenant.owner).await.is(200);

        let members = heir.get(&tenant.path("/members")).await.is(200);
        assert_eq!(members.at("/data").as_array().map(Vec::len), Some(1), "{members:?}");
        assert_eq!(heir.get(&path("members")).await.is(200).json().as_array().map(Vec::len), Some(1));
    });
}

#[test]
fn what_is_theirs_alone_goes_and_what_others_own_moves_to_them() {
    on_each_gateway(async |gateway| {
        let (ada, heir) = (gateway.person("ada").await, gateway.person("heir").await);
        let make = async |person: &Person, name: &str| {
            person.post("/projects/", &json!({ "name": name })).await.is(201).text("/slug")
        };
        let (alone, shared) = (make(&ada, "Alone").await, make(&ada, "Shared").await);
        let _ = make(&heir, "At home").await;
        let path = |below: &str| format!("/projects/{shared}/{below}");
        let _ = ada.post(&path("members"), &json!({ "email": heir.email })).await.is(201);
        let _ = ada.post(&path("transfer-ownership"), &json!({ "new_owner_id": heir.id })).await.is(200);

        let _ = delete(&ada).await.is(200);

        let _ = heir.get(&format!("/projects/{alone}")).await.is(404);
        let _ = heir.get(&format!("/projects/{shared}")).await.is(200);
        let _ = heir.patch(&format!("/projects/{shared}"), &json!({ "name": "Mine" })).await.is(200);
        let members = heir.get(&path("members")).await.is(200);
        assert_eq!(members.json().as_array().map(Vec::len), Some(1), "the one before has left: {members:?}");
        let log = heir.get("/api/v1/audit-log?action=project.updated").await.is(200);
        assert!(
            log.at("/data").as_array().is_some_and(|entries| !entries.is_empty()),
            "it is in their workspace: {log:?}"
        );
    });
}

#[test]
fn a_key_that_somebody_else_rotated_goes_on_and_the_log_keeps_the_id_alone() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let ada = tenant.member(gateway, "admin").await;
        let made = ada.post("/api/v1/api-keys", &json!({ "name": "Shared", "scopes": ["workspaces:read"] }));
        let made = made.header("x-workspace-id", tenant.id.to_string()).await.is(201);
        let rotation = format!("/api/v1/api-keys/{}/rotate", made.number("/data/id"));
        let rotated = tenant.owner.post(&rotation, &json!({})).await.is(200);
        let _ = delete(&ada).await.is(200);
        let _ = gateway.nobody().with_credential(&made.text("/data/key")).get("/api/v1/me").await.is(401);
        let _ = gateway.nobody().with_credential(&rotated.text("/data/key")).get("/api/v1/me").await.is(200);

        let log = tenant.owner.get("/api/v1/audit-log").await.is(200);
        let entries = log.at("/data").as_array().cloned().expect("entries");
        for action in ["workspace.member_removed", "api_key.revoked"] {
            let entry = entries.iter().find(|entry| entry["action"] == action);
            let entry = entry.unwrap_or_else(|| panic!("no {action} in {entries:?}"));
            assert_eq!((&entry["actor"]["id"], &entry["ip_address"]), (&json!(ada.id), &Value::Null), "{entry}");
            assert!(!entry.to_string().contains(&ada.email), "{entry}");
        }
    });
}

/// What is kept of a person when their account goes: nothing.
#[test]
fn invites_and_seats_of_a_deleted_account_are_gone_for_others() {
    on_each_gateway(async |gateway: &Gateway| {
        let tenant = gateway.tenant().await;
        let ada = tenant.member(gateway, "admin").await;
        let _ = delete(&ada).await.is(200);
        let found = tenant.owner.get(&format!("/users/search?q={}", ada.email)).await.is(200);
        assert_eq!(found.json(), json!([]));
        let members = tenant.owner.get(&tenant.path("/members")).await.is(200);
        assert!(!members.json().to_string().contains(&ada.id), "{members:?}");
    });
}

/// Makes one after another until it is refused; gives how often it was made, and the refusal.
async fn make_until_refused(person: &Person, path: &str) -> (usize, Answer) {
    let mut made = 0;
    loop {
        let answer = person.post(path, &json!({ "name": "In a hurry" })).await;
        if answer.status != 201 {
            return (made, answer);
        }
        made += 1;
    }
}

#[test]
fn what_a_person_begins_while_their_account_goes_does_not_stand_in_its_way() {
    const MADE: [&str; 3] = ["/api/v1/workspaces", "/api/v1/api-keys", "/projects/"];
    on_each_gateway(async |gateway| {
        for _ in 0..4 {
            let ada = gateway.person("ada").await;
            let making = join_all(MADE.map(|path| make_until_refused(&ada, path)));
            let (ended, making) = join(delete(&ada), making).await;
            let _ = ended.is(200);
            for (made, refusal) in making {
                assert!((400..500).contains(&refusal.status), "after {made}: {refusal:?}");
            }
            let _ = gateway.nobody().post("/auth/login", &credentials(&ada)).await.is(401);
        }
    });
}

#[test]
fn an_account_that_was_answered_to_be_gone_stays_gone_though_the_gateway_is_killed_right_after() {
    on_own_gateways(
        |launch| launch,
        async |gateway: &mut Gateway| {
            let ada = gateway.person("ada").await;
            let _ = delete(&ada).await.is(200);
            gateway.start_again(|launch| launch).await;
            let _ = gateway.nobody().with_credential(&ada.access).get("/auth/me").await.is(401);
            let _ = gateway.nobody().post("/auth/login", &credentials(&ada)).await.is(401);
        },
    );
}
