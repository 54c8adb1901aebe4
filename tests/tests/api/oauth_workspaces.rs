//! `/api/v1/workspaces/{id}/oauth-clients`.

use crate::crew::NIL;
use crate::oauth_app::{App, BACK};
use crate::workspaces::is_instant;
use mainstay_testkit::gateway::{Actor as _, Gateway, Tenant, on_each_gateway};
use serde_json::{Value, json};

const CLIENT: [&str; 11] = [
    "client_id",
    "created_at",
    "device_flow",
    "id",
    "id_token_signed_response_alg",
    "is_public",
    "name",
    "post_logout_redirect_uris",
    "redirect_uris",
    "token_endpoint_auth_method",
    "updated_at",
];

async fn made(tenant: &Tenant, name: &str) -> Value {
    let body = json!({ "name": name, "redirect_uri": BACK });
    tenant.owner.post(&tenant.path("/oauth-clients"), &body).await.is(201).at("/data")
}

fn app(gateway: &Gateway, client: &Value) -> App {
    let text = |field: &str| client[field].as_str().expect("a text").to_owned();
    App::with(gateway, text("id"), text("client_id"), client["client_secret"].as_str().map(str::to_owned))
}

#[test]
fn a_client_of_a_workspace_shows_its_secret_once_and_is_listed_without_it() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let body = json!({ "name": "Ours", "redirect_uri": BACK, "post_logout_redirect_uris": [BACK] });
        let answer = tenant.key.post(&tenant.path("/oauth-clients"), &body).await.is(201);
        assert_eq!(answer.fields(""), ["data", "message"]);
        let mut fields: Vec<_> = CLIENT.iter().chain(&["client_secret"]).copied().collect();
        fields.sort_unstable();
        assert_eq!(answer.fields("/data"), fields);
        assert_eq!(answer.at("/data/redirect_uris"), json!([BACK]));
        assert_eq!(answer.at("/data/post_logout_redirect_uris"), json!([BACK]));
        assert!(is_instant(&answer.text("/data/created_at")));
        let listed = tenant.owner.get(&tenant.path("/oauth-clients/")).await.is(200);
        assert_eq!(
            (listed.fields(""), listed.fields("/data/0")),
            (vec!["data".into(), "links".into(), "meta".into()], CLIENT.map(str::to_owned).into())
        );
        assert!(!String::from_utf8_lossy(&listed.body).contains(&answer.text("/data/client_secret")));
        let one = tenant.owner.get(&tenant.path(&format!("/oauth-clients/{}", answer.text("/data/id")))).await.is(200);
        assert_eq!(one.at("/data"), listed.at("/data/0"));
        assert_eq!(tenant.owner.get("/oauth/clients").await.is(200).json(), json!([]), "it is the workspace's");
        let public = json!({ "name": "Phone", "redirect_uri": BACK, "is_public": true });
        let public = tenant.owner.post(&tenant.path("/oauth-clients"), &public).await.is(201);
        assert_eq!(public.at("/data/client_secret"), Value::Null);
        let path = tenant.path(&format!("/oauth-clients/{}/rotate-secret", public.text("/data/id")));
        assert_eq!(tenant.owner.call("POST", &path).await.is(409).text("/code"), "client_has_no_secret");
        let wrong = tenant.owner.post(&tenant.path("/oauth-clients"), &json!({ "name": "", "redirect_uri": "x" }));
        assert_eq!(wrong.await.is(422).fields("/errors"), ["name", "redirect_uris.0"]);
    });
}

#[test]
fn the_list_is_asked_as_every_list_is() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        for name in ["Beta", "alpha", "Gamma"] {
            let _ = made(&tenant, name).await;
        }
        let names = async |query: &str| {
            let listed = tenant.owner.get(&tenant.path(&format!("/oauth-clients{query}"))).await.is(200).json();
            let names = listed["data"].as_array().expect("a list").iter();
            (
                names.map(|one| one["name"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>(),
                listed["meta"]["total"].clone(),
            )
        };
        assert_eq!(names("?sort=name").await, (vec!["alpha".into(), "Beta".into(), "Gamma".into()], json!(3)));
        assert_eq!(names("?sort=-name&per_page=1&page=2").await, (vec!["Beta".into()], json!(3)));
        assert_eq!(names("?search=ALP").await, (vec!["alpha".into()], json!(1)));
        assert_eq!(names("?created_before=2020-01-01T00:00:00Z").await, (vec![], json!(0)));
        for query in ["?sort=secret", "?status=active"] {
            let _ = tenant.owner.get(&tenant.path(&format!("/oauth-clients{query}"))).await.is(422);
        }
    });
}

#[test]
fn owners_and_admins_change_clients_renew_their_secrets_and_end_them() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let (admin, member) = (tenant.member(gateway, "admin").await, tenant.member(gateway, "member").await);
        let app = app(gateway, &made(&tenant, "Ours").await);
        let path = tenant.path(&format!("/oauth-clients/{}", app.id));
        let renamed = admin.patch(&path, &json!({ "name": "Theirs" })).await.is(200);
        assert_eq!((renamed.text("/data/name"), renamed.at("/data/redirect_uris")), ("Theirs".into(), json!([BACK])));
        let tokens = app.tokens(&member, "").await;
        let rotated = admin.call("POST", &format!("{path}/rotate-secret")).await.is(200);
        let _ = app.refresh(&tokens.text("/refresh_token")).await.is(401);
        let renewed = self::app(gateway, &rotated.at("/data"));
        let _ = renewed.refresh(&tokens.text("/refresh_token")).await.is(200);
        let _ = admin.delete(&path).await.is(204);
        let _ = renewed.userinfo(&tokens.text("/access_token")).await.is(401);
        assert_eq!(admin.get(&path).await.is(404).text("/code"), "client_not_found");
    });
}

#[test]
fn clients_of_other_workspaces_are_not_there() {
    on_each_gateway(async |gateway| {
        let (tenant, other) = (gateway.tenant().await, gateway.tenant().await);
        let client = made(&tenant, "Ours").await;
        let id = client["id"].as_str().expect("an id");
        for id in [id, NIL, "x"] {
            let path = other.path(&format!("/oauth-clients/{id}"));
            for call in [
                other.owner.get(&path),
                other.owner.patch(&path, &json!({ "name": "Mine" })),
                other.owner.delete(&path),
                other.owner.call("POST", &format!("{path}/rotate-secret")),
            ] {
                let _ = call.await.is(404);
            }
        }
        let _ = other.owner.get(&tenant.path(&format!("/oauth-clients/{id}"))).await.is(404);
        let _ = tenant.owner.get(&tenant.path(&format!("/oauth-clients/{id}"))).await.is(200);
    });
}

#[test]
fn a_workspace_that_is_deleted_takes_its_clients_along() {
    on_each_gateway(async |gateway| {
        let (tenant, ada) = (gateway.tenant().await, gateway.person("ada").await);
        let _ = tenant.owner.post("/api/v1/workspaces", &json!({ "name": "Second" })).await.is(201);
        let app = app(gateway, &made(&tenant, "Ours").await);
        let tokens = app.tokens(&ada, "").await;
        let _ = tenant.owner.delete(&tenant.path("")).await.is(204);
        assert_eq!(ada.get("/oauth/grants").await.is(200).json(), json!([]));
        assert_eq!(app.refresh(&tokens.text("/refresh_token")).await.status / 100, 4);
    });
}
