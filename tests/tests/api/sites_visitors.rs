//! Those who visit a site: what they are shown, and what they are not.

use crate::sites::{make, visit};
use mainstay_testkit::TestRepository;
use mainstay_testkit::gateway::{Actor as _, Answer, Gateway, on_each_gateway};

/// What a visitor gets who asks in this way.
async fn ask(gateway: &Gateway, site: &Answer, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    let call = gateway.nobody().call(method, path).header("host", site.text("/liveUrl").replace("http://", ""));
    headers.iter().fold(call, |call, (name, value)| call.header(name, value)).await
}

#[test]
fn files_are_served_whole_in_part_and_not_again() {
    on_each_gateway(async |gateway| {
        let files =
            [("index.html", "<h1>home</h1>"), ("a/index.html", "a"), ("app.js", "0123456789"), ("404.html", "lost")];
        let site = make(&gateway.tenant().await.key, "files", &TestRepository::new(&files)).await;
        let page = visit(gateway, &site, "/").await.is(200);
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
        assert_eq!(page.header("cache-control"), Some("public, max-age=0, must-revalidate"));
        assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
        for absent in [
            "content-security-policy",
            "x-ratelimit-limit",
            "set-cookie",
            "x-request-id",
            "access-control-allow-origin",
        ] {
            assert_eq!(page.header(absent), None, "{absent} is the installation's own");
        }
        let etag = page.header("etag").expect("an etag").to_owned();
        let same = ask(gateway, &site, "GET", "/", &[("if-none-match", &etag)]).await.is(304);
        assert!(same.body.is_empty());
        let part = ask(gateway, &site, "GET", "/app.js", &[("range", "bytes=2-4")]).await.is(206);
        assert_eq!((part.body.as_slice(), part.header("content-range")), (&b"234"[..], Some("bytes 2-4/10")));
        let head = ask(gateway, &site, "HEAD", "/app.js", &[]).await.is(200);
        assert!(head.body.is_empty());
        let lost = visit(gateway, &site, "/nothing").await.is(404);
        assert_eq!(lost.body, b"lost");
        let moved = ask(gateway, &site, "POST", "/", &[]).await.is(405);
        assert_eq!(moved.header("allow"), Some("GET, HEAD"));
    });
}

#[test]
fn a_folder_is_found_at_its_slash_and_nobody_is_sent_to_another_host() {
    on_each_gateway(async |gateway| {
        let files = [("index.html", "home"), ("evil.example/index.html", "x"), ("a b/index.html", "x")];
        let site = make(&gateway.tenant().await.key, "folders", &TestRepository::new(&files)).await;
        for (path, expected) in
            [("/evil.example", "/evil.example/"), ("//evil.example", "/evil.example/"), ("/a%20b?x=1", "/a%20b/?x=1")]
        {
            let moved = visit(gateway, &site, path).await.is(308);
            assert_eq!(moved.header("location"), Some(expected), "{path}");
        }
    });
}

#[test]
fn a_host_of_a_site_shows_nothing_of_the_installation_and_the_installation_nothing_of_a_site() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let site = make(&tenant.key, "apart", &TestRepository::new(&[("index.html", "home"), ("page.txt", "p")])).await;
        for path in ["/health", "/docs", "/api/v1/me", "/api/sites", "/auth/login", "/metrics"] {
            let _ = visit(gateway, &site, path).await.is(404);
        }
        let _ = gateway.nobody().get("/page.txt").await.is(404);
        let _ = gateway.nobody().get("/health").await.is(200);
        let nobody = gateway.nobody().get("/").header("host", "nothing.localhost").await.is(404);
        assert_eq!(nobody.body, b"There is no site here.\n");
    });
}

#[test]
fn no_path_leads_out_of_a_site() {
    on_each_gateway(async |gateway| {
        let files = [("index.html", "home"), (".env", "secret"), (".git/x", "secret")];
        let repository = TestRepository::new(&files[..2]);
        let site = make(&gateway.tenant().await.key, "closed", &repository).await;
        for path in [
            "/.env",
            "/.git/config",
            "/..%2f..%2f..%2f..%2fetc/passwd",
            "/%2e%2e/%2e%2e/mainstay.db",
            "/..%5c..%5cmainstay.db",
            "/%2fetc/passwd",
            "/index.html%00.txt",
            "/%ff",
            "/index.html/",
        ] {
            let refused = visit(gateway, &site, path).await;
            assert!([400, 404].contains(&refused.status), "{path}: {refused:?}");
            let shown = String::from_utf8_lossy(&refused.body);
            assert!(!shown.contains("secret") && !shown.contains("root:"), "{path}");
        }
    });
}
