//! Hooks of sites, for those who lack the secret, send too much, or send something else.

use crate::hooks::hash;
use crate::pushes::{PushHook, history, hooked, is_live, of_github};
use crate::sites::visit;
use mainstay_testkit::TestRepository;
use mainstay_testkit::gateway::{Actor as _, Answer, Gateway, on_each_gateway, on_own_gateways};
use serde_json::json;

#[test]
fn whoever_lacks_token_or_secret_learns_nothing_and_changes_nothing() {
    on_each_gateway(async |gateway| {
        let (key, repository) = (gateway.tenant().await.key, TestRepository::new(&[("index.html", "one")]));
        let (_, path, hook) = hooked(&key, "guarded", &repository).await;
        let body =
            of_github(&repository, &repository.commit(&[("index.html", "two")], "Next"), &["index.html"]).to_string();
        let their_key = gateway.tenant().await.key;
        let (_, theirs, other) = hooked(&their_key, "guarded", &repository).await;
        let unknown = PushHook { path: format!("/api/hooks/git/{}", "x".repeat(43)), secret: hook.secret.clone() };
        let mixed = PushHook { path: hook.path.clone(), secret: other.secret.clone() };
        let changed = body.replace("index.html", "other.html");
        let signature = format!("sha256={}", hook.signature(&body));
        let refused = [
            unknown.github(gateway, ("push", "1"), &body),
            mixed.github(gateway, ("push", "1"), &body),
            hook.call(gateway, &body, &[("x-github-event", "push")]),
            hook.call(gateway, &body, &[]),
            hook.call(gateway, &body, &[("x-hub-signature-256", &signature)]),
            hook.call(gateway, &changed, &[("x-github-event", "push"), ("x-hub-signature-256", &signature)]),
            hook.call(gateway, &body, &[("x-github-event", "push"), ("x-hub-signature-256", &signature[7..])]),
            hook.call(gateway, &body, &[("x-github-event", "push"), ("x-gitlab-token", &hook.secret)]),
            hook.call(gateway, &body, &[("x-gitlab-event", "Push Hook"), ("x-gitlab-token", "whsec_")]),
            hook.call(gateway, "not json", &[("x-github-event", "push")]),
        ];
        let mut answers = Vec::new();
        for call in refused {
            answers.push(call.await.is(401));
        }
        let of = |answer: &Answer| (answer.body.clone(), answer.header("content-type").map(str::to_owned));
        assert!(answers.iter().all(|answer| of(answer) == of(&answers[0])), "{answers:?}");
        assert_eq!(answers[0].text("/error"), "UNAUTHORIZED");
        for (key, site) in [(&key, &path), (&their_key, &theirs)] {
            assert_eq!(history(key, site).await, [("LIVE".to_owned(), "CREATE".to_owned())]);
            assert_eq!(key.get(&format!("{site}/hook")).await.is(200).at("/deliveries"), json!([]));
        }
    });
}

#[test]
fn what_is_replayed_after_a_rotation_is_refused() {
    on_each_gateway(async |gateway| {
        let (key, repository) = (gateway.tenant().await.key, TestRepository::new(&[("index.html", "one")]));
        let (site, path, old) = hooked(&key, "rotated", &repository).await;
        let commit = repository.commit(&[("index.html", "two")], "Next");
        let body = of_github(&repository, &commit, &["index.html"]);
        let new = PushHook::make(&key, &path).await;
        assert!(new.path != old.path && new.secret != old.secret);
        let _ = old.push(gateway, "1", &body).await.is(401);
        let half = PushHook { path: new.path.clone(), secret: old.secret };
        let _ = half.push(gateway, "1", &body).await.is(401);
        is_live(&key, &path, &new.push(gateway, "1", &body).await).await;
        assert_eq!(visit(gateway, &site, "/").await.is(200).body, b"two");
    });
}

#[test]
fn bodies_may_be_as_large_as_pushes_are_and_no_larger() {
    on_each_gateway(async |gateway| {
        let (key, repository) = (gateway.tenant().await.key, TestRepository::new(&[("index.html", "one")]));
        let (_, path, hook) = hooked(&key, "large", &repository).await;
        let mut body = of_github(&repository, &repository.commit(&[("index.html", "two")], "Next"), &["index.html"]);
        body["sender"]["about"] = json!("x".repeat(3 * 1024 * 1024));
        is_live(&key, &path, &hook.push(gateway, "1", &body).await).await;
        body["sender"]["about"] = json!("x".repeat(5 * 1024 * 1024));
        let refused = hook.push(gateway, "2", &body).await.is(413);
        assert_eq!(refused.text("/error"), "PAYLOAD_TOO_LARGE");
        for body in ["", "{}", "not json", "[]"] {
            let refused = hook.github(gateway, ("push", "3"), body).await.is(400);
            assert_eq!(
                (refused.text("/error"), refused.text("/reason")),
                ("BAD_REQUEST".into(), "PUSH_UNREADABLE".into())
            );
        }
    });
}

#[test]
fn whoever_guesses_is_slowed_and_whoever_is_believed_is_not() {
    on_own_gateways(
        |launch| launch.set("ANONYMOUS_RATE_LIMIT", "5"),
        async |gateway: &mut Gateway| {
            let (key, repository) = (gateway.setup_key(), TestRepository::new(&[("index.html", "one")]));
            let (_, _, hook) = hooked(&key, "guessed", &repository).await;
            let server = gateway.nobody();
            let ping = |number: usize, secret: &str| {
                let body = json!({ "zen": number }).to_string();
                let signature = format!("sha256={}", hex::encode(hash(secret.as_bytes(), &[body.as_bytes()])));
                let call = server.call("POST", &hook.path).body("application/json", body);
                call.header("x-github-event", "ping").header("x-hub-signature-256", signature)
            };
            for number in 0..10 {
                let _ = ping(number, &hook.secret).await.is(200);
            }
            for number in 0..5 {
                let _ = ping(number, "guess").await.is(401);
            }
            let refused = ping(20, "guess").await.is(429);
            assert!(refused.header("retry-after").is_some());
        },
    );
}
