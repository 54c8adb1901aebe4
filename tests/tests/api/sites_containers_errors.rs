//! What does not go with sites that come as images.

use crate::sites::SITES;
use crate::sites_containers::{Engine, run};
use crate::sites_programs::path;
use mainstay_testkit::gateway::{Actor as _, Gateway, on_each_gateway, on_own_gateways};
use serde_json::{Value, json};

#[test]
fn what_does_not_go_with_an_image_is_refused_by_name() {
    let Some(_) = Engine::of_tests() else { return };
    on_each_gateway(async |gateway| {
        let key = gateway.tenant().await.key;
        let site = |more: Value| {
            let mut site = json!({ "name": "a", "type": "image", "image": "localhost/app:1" });
            site.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
            site
        };
        for (more, field) in [
            (json!({ "image": null }), "image"),
            (json!({ "image": "" }), "image"),
            (json!({ "image": "--privileged" }), "image"),
            (json!({ "image": "oci-archive:/etc/passwd" }), "image"),
            (json!({ "image": "mainstay.invalid/a/b:c" }), "image"),
            (json!({ "image": "x".repeat(256) }), "image"),
            (json!({ "image": 7 }), "image"),
            (json!({ "driver": "process" }), "driver"),
            (json!({ "driver": "other" }), "driver"),
            (json!({ "repository": "github.com/user/app" }), "repository"),
            (json!({ "branch": "main" }), "branch"),
            (json!({ "commit": "0".repeat(40) }), "commit"),
            (json!({ "installCommand": "make" }), "installCommand"),
            (json!({ "buildCommand": "make" }), "buildCommand"),
            (json!({ "rootDirectory": "a" }), "rootDirectory"),
            (json!({ "outputDirectory": "a" }), "outputDirectory"),
            (json!({ "watchPaths": ["a"] }), "watchPaths"),
            (json!({ "type": "git" }), "repository"),
            (json!({ "type": "git", "repository": "github.com/user/app" }), "image"),
        ] {
            let wrong = key.post(SITES, &site(more.clone())).await.is(400);
            assert_eq!(
                (wrong.text("/error"), wrong.text("/details/0/field")),
                ("BAD_REQUEST".into(), field.into()),
                "{more}"
            );
        }
        let made = run(&key, "a", "localhost/absent:1", json!({})).await;
        for (body, field) in [
            (json!({ "branch": "main" }), "branch"),
            (json!({ "repository": "github.com/user/app" }), "repository"),
            (json!({ "image": "A b" }), "image"),
            (json!({ "image": null }), "image"),
            (json!({ "action": "deploy", "branch": "main" }), "branch"),
            (json!({ "action": "deploy", "image": "localhost/b:1" }), "image"),
        ] {
            let wrong = key.patch(&path(&made), &body).await.is(400);
            assert_eq!(wrong.text("/details/0/field"), field, "{body}");
        }
        let changed = key.patch(&path(&made), &json!({ "image": "nginx" })).await.is(200);
        assert_eq!(changed.text("/image"), "docker.io/library/nginx:latest");
        let _ = key.delete(&path(&made)).await.is(202);
    });
}

#[test]
fn without_an_engine_images_are_refused_and_one_that_does_not_answer_is_told_of() {
    on_own_gateways(
        |launch| launch.unset("HOSTING_CONTAINER_ENGINE"),
        async |gateway: &mut Gateway| {
            let site = json!({ "name": "a", "type": "image", "image": "localhost/app:1" });
            let wrong = gateway.setup_key().post(SITES, &site).await.is(400);
            assert_eq!(wrong.text("/details/0/field"), "type");
            assert!(wrong.text("/message").contains("MAINSTAY_HOSTING_CONTAINER_ENGINE"), "{wrong:?}");
            let offer = gateway.setup_key().get("/api/hosting/capabilities").await.is(200);
            assert_eq!(offer.at("/drivers").as_array().map(Vec::len), Some(1));
            gateway.kill();
            let nobody = gateway.directory().join("nobody.sock");
            let address = format!("unix://{}", nobody.display());
            gateway.start_again(|launch| launch.set("HOSTING_CONTAINER_ENGINE", &address)).await;
            let key = gateway.setup_key();
            let offer = key.get("/api/hosting/capabilities").await.is(200);
            assert_eq!(
                (offer.text("/drivers/1/level"), offer.at("/drivers/1/programs")),
                ("NONE".into(), json!(false))
            );
            assert!(!offer.text("/drivers/1/reason").is_empty() && !offer.text("/drivers/1/reason").contains(".sock"));
            assert!(offer.at("/siteTypes").as_array().is_some_and(|types| !types.contains(&json!("image"))));
            let site = run(&key, "a", "localhost/app:1", json!({})).await;
            let own = key.get(&format!("{}/deployments", path(&site))).await.is(200);
            assert_eq!((site.text("/status"), own.text("/0/error/reason")), ("FAILED".into(), "NOT_SUPPORTED".into()));
            assert!(own.text("/0/error/message").contains("does not answer"), "{own:?}");
        },
    );
}
