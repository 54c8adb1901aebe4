//! `/api/sites/{id}/hook` and `/api/hooks`: a push to a repository is what visitors see next, whoever tells of it.

use crate::hooks::hash;
use crate::limits::unix_now;
use crate::pushes::{PushHook, history, hooked, is_live, of_bitbucket, of_gitea, of_github, of_gitlab, percent};
use crate::sites::{SITES, make, visit};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mainstay_testkit::TestRepository;
use mainstay_testkit::gateway::{Actor as _, Call, Gateway, on_each_gateway, on_own_gateways};
use serde_json::{Value, json};

/// Tells of a push of a commit as one git server does.
type Teller<'t> = dyn Fn(&str) -> Call + 't;

#[test]
fn a_push_that_any_git_server_tells_of_is_what_visitors_see_next() {
    on_each_gateway(async |gateway| {
        let (key, repository) = (gateway.tenant().await.key, TestRepository::new(&[("index.html", "one")]));
        let (site, path, hook) = hooked(&key, "pushed", &repository).await;
        let _ = key.patch(&path, &json!({ "branch": "main" })).await.is(200);
        let seconds = unix_now().to_string();
        let tellers: [(&str, &Teller<'_>); 7] = [
            ("github", &|commit| {
                hook.github(gateway, ("push", "g-1"), &of_github(&repository, commit, &["index.html"]).to_string())
            }),
            ("github as a form", &|commit| {
                let json = of_github(&repository, commit, &["index.html"]).to_string();
                let form = format!("payload={}", percent(&json));
                let signature = format!("sha256={}", hook.signature(&form));
                let call = gateway.nobody().call("POST", &hook.path);
                let call = call.body("application/x-www-form-urlencoded", form).header("x-github-event", "push");
                call.header("x-github-delivery", "g-2").header("x-hub-signature-256", signature)
            }),
            ("gitlab with a secret token", &|commit| {
                let body = of_gitlab(&repository, commit, &["index.html"]).to_string();
                let told = [("x-gitlab-event", "Push Hook"), ("x-gitlab-token", &*hook.secret)];
                hook.call(gateway, &body, &told).header("x-gitlab-event-uuid", "l-1")
            }),
            ("gitlab with a signing token", &|commit| {
                let body = of_gitlab(&repository, commit, &["index.html"]).to_string();
                let key = STANDARD.decode(hook.secret.trim_start_matches("whsec_")).expect("base64");
                let signed = hash(&key, &[b"l-2.", seconds.as_bytes(), b".", body.as_bytes()]);
                let signature = format!("v1,{}", STANDARD.encode(signed));
                let told =
                    [("webhook-id", "l-2"), ("webhook-timestamp", &*seconds), ("webhook-signature", &*signature)];
                hook.call(gateway, &body, &told).header("x-gitlab-event", "Push Hook").header("idempotency-key", "l-2")
            }),
            ("gitea", &|commit| {
                let body = of_gitea(&repository, commit, &["index.html"]).to_string();
                let told = [("x-gitea-event", "push"), ("x-github-event", "push"), ("x-gitea-delivery", "t-1")];
                hook.call(gateway, &body, &told).header("x-gitea-signature", hook.signature(&body))
            }),
            ("forgejo", &|commit| {
                let body = of_gitea(&repository, commit, &["index.html"]).to_string();
                let told = [("x-forgejo-event", "push"), ("x-forgejo-delivery", "t-2")];
                hook.call(gateway, &body, &told)
                    .header("x-hub-signature-256", format!("sha256={}", hook.signature(&body)))
            }),
            ("bitbucket", &|commit| {
                let body = of_bitbucket(&repository, commit).to_string();
                let told = [("x-event-key", "repo:push"), ("x-request-uuid", "b-1")];
                hook.call(gateway, &body, &told).header("x-hub-signature", format!("sha256={}", hook.signature(&body)))
            }),
        ];
        for (page, tell) in tellers {
            let commit = repository.commit(&[("index.html", page)], "Next");
            let heard = tell(&commit).await;
            assert_eq!(heard.status, 202, "{page}: {heard:?}");
            is_live(&key, &path, &heard).await;
            assert_eq!(visit(gateway, &site, "/").await.is(200).body, page.as_bytes());
        }
        let shown = key.get(&format!("{path}/hook")).await.is(200);
        let providers: Vec<_> =
            shown.json()["deliveries"].as_array().expect("a list").iter().map(|own| own["provider"].clone()).collect();
        assert_eq!(providers, ["bitbucket", "gitea", "gitea", "gitlab", "gitlab", "github", "github"]);
        assert_eq!(shown.text("/deliveries/0/outcome"), "ACCEPTED");
        assert!(shown.text("/url").ends_with(&hook.path) && !String::from_utf8_lossy(&shown.body).contains("whsec_"));
    });
}

#[test]
fn what_is_told_again_gets_the_same_answer_and_makes_no_second_deployment() {
    on_each_gateway(async |gateway| {
        let (key, repository) = (gateway.tenant().await.key, TestRepository::new(&[("index.html", "one")]));
        let (_, path, hook) = hooked(&key, "again", &repository).await;
        let body = of_github(&repository, &repository.commit(&[("index.html", "two")], "Next"), &["index.html"]);
        let first = hook.push(gateway, "same", &body).await;
        is_live(&key, &path, &first).await;
        for delivery in ["same", "renamed"] {
            let again = hook.push(gateway, delivery, &body).await;
            assert_eq!((again.status, &again.body), (first.status, &first.body));
        }
        let by_hook = history(&key, &path).await.into_iter().filter(|(_, trigger)| trigger == "WEBHOOK");
        assert_eq!(by_hook.count(), 1);
        let ping = |delivery| hook.github(gateway, ("ping", delivery), r#"{"zen":"Keep it simple.","hook_id":1}"#);
        let (one, other) = (ping("p-1").await.is(200), ping("p-1").await.is(200));
        assert_eq!((one.at("/ignored"), one.text("/reason")), (json!(true), "PING".to_owned()));
        assert_eq!(one.body, other.body);
    });
}

#[test]
fn what_is_none_of_a_sites_affairs_is_ignored_with_the_reason() {
    on_each_gateway(async |gateway| {
        let (key, repository) = (gateway.tenant().await.key, TestRepository::new(&[("index.html", "one")]));
        let (_, path, hook) = hooked(&key, "picky", &repository).await;
        let commit = repository.commit(&[("index.html", "two")], "Next");
        let push = |pointer: &str, value: Value| {
            let mut body = of_github(&repository, &commit, &["index.html"]);
            *body.pointer_mut(pointer).expect("a field") = value;
            body
        };
        let cases = [
            (push("/ref", json!("refs/heads/dev")), "OTHER_BRANCH"),
            (push("/ref", json!("refs/tags/v1")), "TAG"),
            (push("/ref", json!("refs/notes/x")), "OTHER_BRANCH"),
            (push("/after", json!("0".repeat(40))), "BRANCH_DELETED"),
            (push("/repository/clone_url", json!("https://git.example.com/eve/app.git")), "OTHER_REPOSITORY"),
            (push("/repository/default_branch", json!(null)), "DEFAULT_BRANCH_UNKNOWN"),
            (push("/repository/default_branch", json!("trunk")), "OTHER_BRANCH"),
            (push("/head_commit/message", json!("Typo [skip ci]")), "SKIP_CI"),
        ];
        for (number, (body, reason)) in cases.iter().enumerate() {
            let heard = hook.push(gateway, &format!("d-{number}"), body).await.is(200);
            assert_eq!((heard.text("/status"), heard.text("/reason")), ("ignored".to_owned(), (*reason).to_owned()));
            assert!(heard.at("/ignored") == json!(true) && !heard.text("/message").is_empty());
        }
        let issue = hook.github(gateway, ("issues", "i-1"), r#"{"action":"opened"}"#).await.is(200);
        assert_eq!(issue.text("/reason"), "OTHER_EVENT");
        let changes = [
            (json!({ "autoDeploy": false }), "AUTO_DEPLOY_OFF"),
            (json!({ "autoDeploy": true, "commit": commit }), "COMMIT_PINNED"),
            (json!({ "action": "stop" }), "SITE_STOPPED"),
        ];
        for (number, (change, reason)) in changes.iter().enumerate() {
            let _ = key.patch(&path, change).await.is(200);
            let body = push("/repository/pushed_at", json!(number));
            let heard = hook.push(gateway, &format!("c-{number}"), &body).await.is(200);
            assert_eq!(heard.text("/reason"), *reason);
        }
        let _ = key.delete(&path).await.is(202);
        let heard = hook.push(gateway, "gone", &push("/repository/pushed_at", json!(9))).await.is(200);
        assert_eq!(heard.text("/reason"), "SITE_DELETED");
        assert_eq!(history(&key, &path).await, [("LIVE".to_owned(), "CREATE".to_owned())]);
    });
}

#[test]
fn a_push_that_makes_no_difference_is_skipped_and_the_history_says_why() {
    on_each_gateway(async |gateway| {
        let (key, repository) = (gateway.tenant().await.key, TestRepository::new(&[("web/index.html", "one")]));
        let site = json!({
            "name": "mono", "type": "github", "repository": repository.url(), "rootDirectory": "web",
            "watchPaths": ["/web/**", "!*.md"],
        });
        let site = key.post(&format!("{SITES}?wait=30"), &site).await.is(201);
        let path = format!("{SITES}/{}", site.text("/id"));
        let hook = PushHook::make(&key, &path).await;
        let commit = repository.commit(&[("docs/a.md", "a"), ("web/README.md", "b")], "Words");
        let skipped = hook.push(gateway, "1", &of_github(&repository, &commit, &["docs/a.md", "web/README.md"])).await;
        assert_eq!((skipped.status, skipped.text("/reason")), (200, "WATCH_PATHS".to_owned()), "{skipped:?}");
        let own = key.get(&format!("{path}/deployments/{}", skipped.text("/deployment/id"))).await.is(200);
        assert_eq!((own.text("/status"), own.text("/skipReason")), ("SKIPPED".to_owned(), "WATCH_PATHS".to_owned()));
        assert_eq!((own.text("/actor"), own.text("/commitMessage")), ("hook:github".to_owned(), "Words".to_owned()));
        let log = key.get(&format!("{path}/deployments/{}/logs", own.text("/id"))).await.is(200);
        assert_eq!(log.json(), json!([]));
        let now = key.get(&path).await.is(200);
        assert_eq!((now.header("etag"), now.text("/lastDeployment/status")), (site.header("etag"), "LIVE".to_owned()));

        let commit = repository.commit(&[("web/index.html", "two")], "Next");
        let body = of_github(&repository, &commit, &["web/index.html"]);
        is_live(&key, &path, &hook.push(gateway, "2", &body).await).await;
        let mut later = body.clone();
        later["repository"]["pushed_at"] = json!(7);
        let same = hook.push(gateway, "3", &later).await.is(200);
        assert_eq!(same.text("/reason"), "SAME_COMMIT");
        let statuses: Vec<_> = history(&key, &path).await.into_iter().map(|(status, _)| status).collect();
        assert_eq!(statuses, ["SKIPPED", "LIVE", "SKIPPED", "SUPERSEDED"]);
    });
}

#[test]
fn the_log_names_the_hook_and_no_person() {
    on_each_gateway(async |gateway| {
        let (tenant, repository) = (gateway.tenant().await, TestRepository::new(&[("index.html", "one")]));
        let (_, path, hook) = hooked(&tenant.key, "audited", &repository).await;
        let made = tenant.owner.get("/api/v1/audit-log?action=site.hook.rotated").await.is(200);
        assert_eq!(made.text("/data/0/actor/id"), tenant.owner.id);
        let body = of_github(&repository, &repository.commit(&[("index.html", "two")], "Next"), &["index.html"]);
        let heard = hook.push(gateway, "1", &body).await;
        is_live(&tenant.key, &path, &heard).await;
        let log = tenant.owner.get("/api/v1/audit-log?action=site.deployment.created").await.is(200);
        assert_eq!((log.at("/data/0/actor"), log.at("/data/0/credential")), (json!(null), json!(null)));
        assert_eq!(log.text("/data/0/data/actor"), "hook:github");
        assert_eq!(log.at("/data/0/request_id"), json!(heard.header("x-request-id")));
        let all = String::from_utf8_lossy(&tenant.owner.get("/api/v1/audit-log").await.is(200).body).into_owned();
        assert!(!all.contains(&hook.secret) && !all.contains(hook.path.rsplit('/').next().expect("a token")));
    });
}

#[test]
fn a_hook_is_its_workspaces_and_is_there_once_it_was_asked_for() {
    on_each_gateway(async |gateway| {
        let (tenant, repository) = (gateway.tenant().await, TestRepository::new(&[("index.html", "one")]));
        let site = make(&tenant.key, "own", &repository).await;
        let path = format!("{SITES}/{}/hook", site.text("/id"));
        let none = tenant.key.get(&path).await.is(200);
        assert_eq!(none.json(), json!({ "url": null, "createdAt": null, "deliveries": [] }));
        let reader = tenant.key_with(&["sites:read"]).await;
        let _ = reader.post(&format!("{path}/rotate"), &json!({})).await.is(403);
        let stranger = gateway.tenant().await.key;
        let absent = stranger.get(&format!("{SITES}/cnever00000/hook")).await.is(404);
        assert_eq!(stranger.get(&path).await.is(404).body, absent.body);
        assert_eq!(stranger.post(&format!("{path}/rotate"), &json!({})).await.is(404).body, absent.body);
        let first = tenant.key.post(&format!("{path}/rotate"), &json!({})).once("rotate").await.is(200);
        let again = tenant.key.post(&format!("{path}/rotate"), &json!({})).once("rotate").await.is(200);
        assert_eq!(first.body, again.body);
        assert_eq!(reader.get(&path).await.is(200).at("/url"), first.at("/url"));
        let _ = tenant.key.delete(&format!("{SITES}/{}", site.text("/id"))).await.is(202);
        assert_eq!(tenant.key.post(&format!("{path}/rotate"), &json!({})).await.is(409).text("/reason"), "DELETING");
    });
}

#[test]
fn a_push_that_was_accepted_is_deployed_though_the_gateway_dies_right_behind_the_answer() {
    on_own_gateways(
        |launch| launch,
        async |gateway: &mut Gateway| {
            let repository = TestRepository::new(&[("index.html", "one")]);
            let (site, path, hook) = hooked(&gateway.setup_key(), "killed", &repository).await;
            gateway.kill();
            gateway.start_again(|launch| launch).await;
            let commit = repository.commit(&[("index.html", "two")], "Next");
            let body = of_github(&repository, &commit, &["index.html"]);
            let heard = hook.push(gateway, "1", &body).await.is(202);
            gateway.kill();
            gateway.start_again(|launch| launch).await;
            let key = gateway.setup_key();
            let own = key.get(&format!("{path}/deployments/{}", heard.text("/deployment/id"))).await.is(200);
            assert_eq!((own.text("/trigger"), own.text("/commit")), ("WEBHOOK".to_owned(), commit));
            assert_eq!(hook.push(gateway, "1", &body).await.is(202).body, heard.body, "it was noted with it");
            // A deployment at which the gateway was when it died is failed, and the one who told of it can ask again.
            let settled = key.get(&format!("{path}?wait=60")).await.is(200);
            if settled.text("/lastDeployment/status") == "FAILED" {
                let _ = key.patch(&format!("{path}?wait=60"), &json!({ "action": "deploy" })).await.is(200);
            }
            assert_eq!(visit(gateway, &site, "/").await.is(200).body, b"two");
        },
    );
}
