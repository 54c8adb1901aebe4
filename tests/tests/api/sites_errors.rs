//! Every way in which a request to `/api/sites` can be wrong, in the words of hosting.

use crate::sites::{SITES, make};
use mainstay_testkit::TestRepository;
use mainstay_testkit::gateway::{Actor as _, Answer, on_each_gateway, on_own_gateways};
use serde_json::{Value, json};

/// An answer in the form of hosting.
#[track_caller]
fn hosting(answer: Answer, status: u16, error: &str) -> Answer {
    let answer = answer.is(status);
    assert_eq!((answer.text("/error"), answer.number("/statusCode")), (error.to_owned(), status.into()), "{answer:?}");
    assert!(!answer.text("/message").is_empty());
    answer
}

fn site(more: &Value) -> Value {
    let mut site = json!({ "name": "a", "type": "git", "repository": "git.example.com/user/app" });
    let fields = site.as_object_mut().expect("an object");
    fields.extend(more.as_object().expect("an object").clone());
    site
}

#[test]
fn bodies_that_are_wrong_name_their_fields_and_make_nothing() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant().await.key;
        for body in ["", "{", "[]", "null", "7"] {
            let _ = hosting(key.call("POST", SITES).body("application/json", body).await, 400, "BAD_REQUEST");
        }
        for (more, field) in [
            (json!({ "name": "" }), "name"),
            (json!({ "name": "A" }), "name"),
            (json!({ "name": "-a" }), "name"),
            (json!({ "name": "a.b" }), "name"),
            (json!({ "name": "a".repeat(64) }), "name"),
            (json!({ "name": 7 }), "name"),
            (json!({ "type": "ftp" }), "type"),
            (json!({ "type": null }), "type"),
            (json!({ "repository": "ext::sh -c id" }), "repository"),
            (json!({ "repository": "-uid" }), "repository"),
            (json!({ "repository": "ssh://git@github.com/user/app" }), "repository"),
            (json!({ "repository": "https://user:secret@github.com/user/app" }), "repository"),
            (json!({ "branch": "--upload-pack=id" }), "branch"),
            (json!({ "branch": "a..b" }), "branch"),
            (json!({ "commit": "HEAD" }), "commit"),
            (json!({ "port": 80 }), "port"),
            (json!({ "sleepAfterMinutes": 4 }), "sleepAfterMinutes"),
            (json!({ "sleepAfterMinutes": 1441 }), "sleepAfterMinutes"),
            (json!({ "port": 65536 }), "port"),
            (json!({ "port": "x" }), "port"),
            (json!({ "buildCommand": "" }), "buildCommand"),
            (json!({ "startCommand": "x".repeat(2001) }), "startCommand"),
            (json!({ "rootDirectory": "../.." }), "rootDirectory"),
            (json!({ "outputDirectory": "a/../../b" }), "outputDirectory"),
            (json!({ "watchPaths": ["ok", "../x"] }), "watchPaths.1"),
            (json!({ "env": { "1X": "a" } }), "env.1X"),
            (json!({ "env": { "PORT": "1" } }), "env.PORT"),
            (json!({ "env": { "A": 1 } }), "env.A"),
            (json!({ "healthCheck": { "path": "x" } }), "healthCheck.path"),
            (json!({ "healthCheck": { "timeoutSeconds": 0 } }), "healthCheck.timeoutSeconds"),
            (json!({ "resources": { "memoryMb": 1 } }), "resources.memoryMb"),
            (json!({ "resources": { "cpu": -1 } }), "resources.cpu"),
            (json!({ "driver": "container" }), "driver"),
            (json!({ "driver": "other" }), "driver"),
            (json!({ "image": "localhost/app:1" }), "image"),
        ] {
            let wrong = hosting(key.post(SITES, &site(&more)).await, 400, "BAD_REQUEST");
            assert_eq!(wrong.text("/details/0/field"), field, "{more}");
        }
        assert_eq!(key.get(SITES).await.is(200).json(), json!([]));
    });
}

#[test]
fn actions_that_cannot_be_are_refused_and_change_nothing() {
    on_each_gateway(async |gateway| {
        let (key, repository) = (gateway.tenant().await.key, TestRepository::new(&[("index.html", "one")]));
        let path = format!("{SITES}/{}", make(&key, "acts", &repository).await.text("/id"));
        let before = key.get(&path).await.is(200).json();
        for (body, field) in [
            (json!({ "action": "explode" }), "action"),
            (json!({ "action": 7 }), "action"),
            (json!({ "action": "restart", "name": "x" }), "name"),
            (json!({ "action": "stop", "confirm": "acts" }), "confirm"),
            (json!({ "action": "deploy", "branch": "-x" }), "branch"),
            (json!({ "action": "deploy", "deploymentId": "c1" }), "deploymentId"),
            (json!({ "action": "delete", "confirm": "" }), "confirm"),
            (json!({ "action": "delete", "confirm": false }), "confirm"),
            (json!({ "confirm": "acts" }), "confirm"),
            (json!({ "name": null }), "name"),
            (json!({ "port": null }), "port"),
        ] {
            let wrong = hosting(key.patch(&path, &body).await, 400, "BAD_REQUEST");
            assert_eq!(wrong.text("/details/0/field"), field, "{body}");
        }
        let unknown = json!({ "action": "rollback", "deploymentId": "cnothing00" });
        let _ = hosting(key.patch(&path, &unknown).await, 404, "NOT_FOUND");
        let _ = hosting(key.patch(&path, &json!({ "action": "rollback" })).await, 409, "CONFLICT");
        for query in ["wait=0", "wait=61", "wait=x"] {
            let wrong = hosting(key.get(&format!("{path}?{query}")).await, 400, "BAD_REQUEST");
            assert_eq!(wrong.text("/details/0/field"), "wait");
        }
        for (query, field) in [("limit=x", "limit"), ("cursor=x", "cursor"), ("status=x", "status")] {
            let wrong = hosting(key.get(&format!("{SITES}?{query}")).await, 400, "BAD_REQUEST");
            assert_eq!(wrong.text("/details/0/field"), field);
        }
        for (query, field) in
            [("source=x", "source"), ("cursor=x", "cursor"), ("since=x", "since"), ("follow=x", "follow")]
        {
            let wrong = hosting(key.get(&format!("{path}/logs?{query}")).await, 400, "BAD_REQUEST");
            assert_eq!(wrong.text("/details/0/field"), field);
        }
        assert_eq!(key.get(&path).await.is(200).json(), before);
    });
}

#[test]
fn an_absent_site_and_a_strangers_one_are_told_in_the_same_bytes() {
    on_each_gateway(async |gateway| {
        let (tenant, stranger) = (gateway.tenant().await, gateway.tenant().await.key);
        let own = tenant.key.post(SITES, &site(&json!({}))).await.is(201);
        let (id, absent) = (own.text("/id"), "c0000000000000000000000x");
        for below in ["", "/deployments", "/logs", "/env"] {
            let theirs = hosting(stranger.get(&format!("{SITES}/{id}{below}")).await, 404, "NOT_FOUND");
            let nothing = hosting(stranger.get(&format!("{SITES}/{absent}{below}")).await, 404, "NOT_FOUND");
            assert_eq!(theirs.body, nothing.body);
            assert_eq!(theirs.text("/message"), "Site not found or you don't have access");
        }
        for wrong in ["x", "C0000000000", "c1", "..%2F..", "c'--", "%00"] {
            let _ = hosting(stranger.get(&format!("{SITES}/{wrong}")).await, 404, "NOT_FOUND");
        }
        let taken = hosting(tenant.key.post(SITES, &site(&json!({}))).await, 409, "CONFLICT");
        assert_eq!(taken.text("/reason"), "NAME_TAKEN");
        let elsewhere = stranger.post(SITES, &site(&json!({}))).await.is(201);
        assert_ne!(elsewhere.text("/liveUrl"), own.text("/liveUrl"));
    });
}

#[test]
fn folders_of_the_machine_are_cloned_only_where_the_installation_says_so() {
    on_own_gateways(
        |launch| launch.unset("HOSTING_ALLOW_FILE_REPOSITORIES").unset("WEBHOOKS_ALLOW_PRIVATE"),
        async |gateway| {
            let key = gateway.tenant().await.key;
            for repository in ["file:///etc", "http://git.example.com/user/app"] {
                let asked = site(&json!({ "repository": repository }));
                let wrong = hosting(key.post(SITES, &asked).await, 400, "BAD_REQUEST");
                assert_eq!(wrong.text("/details/0/field"), "repository");
            }
            for (name, repository) in [("a", "127.0.0.1/user/app"), ("b", "169.254.169.254/latest"), ("c", "[::1]/x")] {
                let asked = site(&json!({ "name": name, "repository": repository }));
                let made = key.post(&format!("{SITES}?wait=30"), &asked).await.is(201);
                let deployments = format!("{SITES}/{}/deployments", made.text("/id"));
                let failed = key.get(&deployments).await.is(200);
                assert_eq!(failed.text("/0/error/reason"), "HOST_NOT_ALLOWED", "{repository}");
            }
        },
    );
}
