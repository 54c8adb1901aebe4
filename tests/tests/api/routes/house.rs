//! What the calls are about: a workspace and a project with everybody seated, and things in them that are made anew.

use super::table::Route;
use mainstay_testkit::gateway::{Actor as _, Gateway, Person, Tenant, fresh_email};
use mainstay_testkit::{Receiver, Reply, TestDns};
use serde_json::{Value, json};

/// A tenant whose things others must not reach, and those others.
pub(super) struct House<'g> {
    pub(super) gateway: &'g Gateway,
    /// Whose owner owns the projects too.
    pub(super) tenant: Tenant,
    /// Admin of the workspace and of the projects.
    pub(super) admin: Person,
    /// Member of both.
    pub(super) member: Person,
    /// Sees the workspace; is outside the projects.
    pub(super) viewer: Person,
    /// Whose owner is the stranger here, and whose key the foreign one.
    pub(super) elsewhere: Tenant,
    /// Who is told of events, and wants none.
    pub(super) receiver: Receiver,
}

/// What the names in a row stand for, until a call has an effect.
#[derive(Default)]
pub(super) struct Scene(Vec<(&'static str, String)>);

impl Scene {
    pub(super) fn put(&mut self, name: &'static str, value: String) {
        self.0.push((name, value));
    }

    /// A path or an input of the table with its names replaced.
    pub(super) fn fill(&self, template: &str) -> String {
        self.0.iter().fold(template.to_owned(), |text, (name, value)| text.replace(name, value))
    }
}

/// What no site is called yet.
fn fresh_label() -> String {
    let text = fresh_email("site").replace(|letter: char| !letter.is_ascii_alphanumeric(), "-");
    text.to_ascii_lowercase().chars().take(60).collect::<String>().trim_end_matches('-').to_owned()
}

/// An OAuth client to be registered.
fn app() -> Value {
    json!({ "name": "App", "redirect_uri": "https://app.example.com/back" })
}

impl<'g> House<'g> {
    pub(super) async fn build(gateway: &'g Gateway) -> Self {
        let (tenant, elsewhere) = (gateway.tenant().await, gateway.tenant().await);
        let admin = tenant.member(gateway, "admin").await;
        let member = tenant.member(gateway, "member").await;
        let viewer = tenant.member(gateway, "viewer").await;
        let receiver = Receiver::start().await;
        // A refusal for good, so that a delivery is soon over and may be tried once more.
        receiver.always(Reply::status(404));
        Self { gateway, tenant, admin, member, viewer, elsewhere, receiver }
    }

    /// Everything that a row names, made anew.
    pub(super) async fn scene(&self, route: &Route) -> Scene {
        let mut scene = Scene::default();
        match route.path.split("/{").next().unwrap_or_default() {
            "/api/v1/workspaces" if route.path.contains("{id}") => self.workspace(route, &mut scene).await,
            "/api/v1/api-keys" if route.path.contains("{id}") => {
                scene.put("{id}", self.made("/api/v1/api-keys", json!({ "name": "Own" }), "/data/id").await);
            }
            "/api/v1/webhooks" | "/.well-known/webhook-keys" if route.path.contains("{id}") => {
                self.webhook(route, &mut scene).await;
            }
            "/api/v1/entitlements/reservations" if route.path.contains("{id}") => {
                let units = json!({ "feature": "posts" });
                scene.put("{id}", self.made("/api/v1/entitlements/reservations", units, "/data/id").await);
            }
            "/mcp" | "/.well-known/oauth-protected-resource/mcp" => scene.put("{server}", "filesystem".to_owned()),
            path if path.starts_with("/api/v1/mcp/") => self.mcp(route, &mut scene).await,
            path if path.starts_with("/api/v1/pixel/") => self.pixel(route, &mut scene).await,
            "/api/v1/event-types" if route.path.contains("{name}") => self.event_type(&mut scene).await,
            path if path.starts_with("/api/v1/seo/") => self.seo(route, &mut scene).await,
            "/api/v1/features" => scene.put("{code}", "posts".to_owned()),
            "/api/v1/plans" => scene.put("{name}", "pro".to_owned()),
            "/api/sites" if route.path.contains("{id}") => self.site(route, &mut scene).await,
            "/api/databases" if route.path.contains("{id}") => self.database(route, &mut scene).await,
            path if path.starts_with("/api/credits/") => self.credits(route, &mut scene).await,
            "/auth/emails" => scene.put("{id}", self.tenant.owner.get("/auth/emails").await.is(200).text("/0/id")),
            "/auth/sessions" if route.path.contains("{id}") => scene.put("{id}", self.other_session().await),
            "/projects" if route.path.contains("{slug}") => self.project(route, &mut scene).await,
            _ if route.names_a_client() => self.client(route, &mut scene).await,
            "/invites" => scene.put("{token}", self.invite_token().await),
            _ => {}
        }
        self.inputs(route, &mut scene).await;
        scene
    }

    async fn inputs(&self, route: &Route, scene: &mut Scene) {
        scene.put("{password}", self.tenant.owner.password.to_owned());
        scene.put("{hook}", self.receiver.url("/"));
        scene.put("{heir}", self.member.id.clone());
        if route.input.contains("{site}") {
            scene.put("{site}", fresh_label());
        }
        if route.input.contains("{fresh}") {
            scene.put("{fresh}", fresh_email("fresh"));
        }
        if route.input.contains("{someone}") {
            scene.put("{someone}", self.gateway.account("someone").await);
        }
    }

    /// The owner makes something; gives what a pointer finds in the answer.
    async fn made(&self, path: &str, body: Value, pointer: &str) -> String {
        let made = self.tenant.owner.post(path, &body).await.is(201).at(pointer);
        made.as_str().map_or_else(|| made.to_string(), str::to_owned)
    }

    /// The workspace and what is in it; where it is to be deleted, another with the same people.
    async fn workspace(&self, route: &Route, scene: &mut Scene) {
        let (mut id, below) = (self.tenant.id.to_string(), |id: &str, name| format!("/api/v1/workspaces/{id}/{name}"));
        if route.method == "DELETE" && route.path.ends_with("{id}") {
            id = self.made("/api/v1/workspaces", json!({ "name": "Second" }), "/data/id").await;
            for (person, role) in [(&self.admin, "admin"), (&self.member, "member"), (&self.viewer, "viewer")] {
                self.made(&below(&id, "members"), json!({ "email": person.email, "role": role }), "/data/id").await;
            }
        }
        if route.path.contains("{user}") {
            let someone = json!({ "email": self.gateway.account("spare").await, "role": "member" });
            scene.put("{user}", self.made(&below(&id, "members"), someone, "/data/id").await);
        }
        if route.path.contains("{invite}") {
            let guest = json!({ "email": fresh_email("guest") });
            scene.put("{invite}", self.made(&below(&id, "invites"), guest, "/data/id").await);
        }
        if route.path.contains("{client}") {
            scene.put("{client}", self.made(&below(&id, "oauth-clients"), app(), "/data/id").await);
        }
        if route.path.contains("{boost}") {
            let boost = json!({ "feature": "posts", "limit_value": 1 });
            let given = self.gateway.setup_key().post(&below(&id, "boosts"), &boost).await.is(201);
            scene.put("{boost}", given.number("/data/id").to_string());
        }
        scene.put("{id}", id);
    }

    /// A server of the workspace's own, and what the row names of it.
    async fn mcp(&self, route: &Route, scene: &mut Scene) {
        let name =
            format!("own-{}", fresh_email("server").replace(|letter: char| !letter.is_ascii_alphanumeric(), "-"));
        let name: String = name.to_ascii_lowercase().chars().take(60).collect();
        if route.path.contains("{id}") {
            let server = json!({ "id": name, "url": "http://127.0.0.1:9" });
            scene.put("{id}", self.made("/api/v1/mcp/servers", server, "/data/id").await);
        }
        if route.path.contains("{version}") {
            let path = format!("/api/v1/mcp/servers/{name}/tools/own/versions/1.2.3");
            let _ = self.tenant.owner.put(&path, &json!({})).await.is(200);
        }
        if route.path.contains("{uri}") {
            let arguments = json!({ "path": "own.txt", "content": "own" });
            let call = json!({ "server": "filesystem", "tool": "write_file", "arguments": arguments });
            let _ = self.tenant.owner.post("/api/v1/mcp/tools/call", &call).await.is(200);
        }
        let named =
            [("{name}", &*name), ("{tool}", "own"), ("{version}", "1.2.3"), ("{uri}", "filesystem:%2F%2Fown.txt")];
        for (hole, value) in named {
            scene.put(hole, value.to_owned());
        }
    }

    /// A host that nobody has registered, and a domain of the workspace's own.
    async fn pixel(&self, route: &Route, scene: &mut Scene) {
        let host =
            || format!("{}.example", fresh_email("host").replace(|letter: char| !letter.is_ascii_alphanumeric(), "-"));
        scene.put("{host}", host());
        if !route.path.contains("{id}") && !route.input.contains("{id}") {
            return;
        }
        let domain = self.made("/api/v1/pixel/domains", json!({ "domain": host() }), "/data/id").await;
        let own = match route.path.split_once("/{id}") {
            Some((goals, _)) if goals.ends_with("/goals") => {
                self.made(goals, json!({ "domain": domain, "page": "/own" }), "/data/id").await
            }
            Some((funnels, _)) if funnels.ends_with("/funnels") => {
                let steps = json!([{ "page": "/own" }, { "event": "own" }]);
                self.made(funnels, json!({ "domain": domain, "steps": steps }), "/data/id").await
            }
            _ => domain,
        };
        scene.put("{id}", own);
    }

    /// A site, its first deployment and a variable of it.
    async fn site(&self, route: &Route, scene: &mut Scene) {
        let site = json!({
            "name": fresh_label(),
            "type": "git",
            "repository": "git.example.com/user/app",
            "env": { "OWN": "1" },
        });
        let id = self.made("/api/sites", site, "/id").await;
        let site = format!("/api/sites/{id}");
        let deployment = self.tenant.owner.get(&site).await.is(200).text("/lastDeployment/id");
        if route.path.ends_with("/restore") {
            let _ = self.tenant.owner.delete(&site).await.is(202);
        }
        if route.path.contains("/domains") {
            self.domain(&site, scene).await;
        }
        for (hole, value) in [("{id}", id), ("{deploymentId}", deployment), ("{name}", "OWN".to_owned())] {
            scene.put(hole, value);
        }
    }

    /// A domain that was claimed for a site, a certificate for it, and one that is free.
    async fn domain(&self, site: &str, scene: &mut Scene) {
        let domain = TestDns::fresh_domain();
        self.made(&format!("{site}/domains"), json!({ "domain": domain }), "/domain").await;
        let (upload, _) = crate::domains_https::issue(&domain);
        for (hole, field) in [("{chain}", "certificate"), ("{key}", "privateKey")] {
            scene.put(hole, upload[field].to_string());
        }
        scene.put("{domain-to-be}", TestDns::fresh_domain());
        scene.put("{domain}", domain);
    }

    /// A database, and a backup of it.
    async fn database(&self, route: &Route, scene: &mut Scene) {
        let id = self.made("/api/databases", json!({ "name": fresh_label(), "type": "sqlite" }), "/id").await;
        let database = format!("/api/databases/{id}");
        if route.path.contains("{backupId}") {
            scene.put("{backupId}", self.made(&format!("{database}/backups"), json!({}), "/id").await);
        }
        if route.path.ends_with("/restore") {
            let _ = self.tenant.owner.delete(&database).await.is(202);
        }
        scene.put("{id}", id);
    }

    /// A private project, and what the row names in it.
    async fn project(&self, route: &Route, scene: &mut Scene) {
        let slug = self.made("/projects", json!({ "name": "Own" }), "/slug").await;
        let below = |name| format!("/projects/{slug}/{name}");
        for (person, role) in [(&self.admin, "admin"), (&self.member, "member")] {
            self.made(&below("members"), json!({ "email": person.email, "role": role }), "/id").await;
        }
        if route.path.contains("{member}") {
            let someone = json!({ "email": self.gateway.account("spare").await });
            scene.put("{member}", self.made(&below("members"), someone, "/id").await);
        }
        if route.path.contains("{permission}") {
            let permission = json!({ "key": "own", "display_name": "Own" });
            scene.put("{permission}", self.made(&below("permissions"), permission, "/id").await);
        }
        if route.path.contains("{invite}") {
            let guest = json!({ "email": fresh_email("guest") });
            scene.put("{invite}", self.made(&below("invites"), guest, "/id").await);
        }
        if route.path.contains("/clients/{id}") {
            scene.put("{id}", self.made(&below("clients"), app(), "/id").await);
        }
        scene.put("{slug}", slug);
    }

    /// An OAuth client of the owner, or what the owner allowed it.
    async fn client(&self, route: &Route, scene: &mut Scene) {
        let owner = &self.tenant.owner;
        let made = owner.post("/oauth/clients", &app()).await.is(201);
        let (mut id, client_id) = (made.text("/id"), made.text("/client_id"));
        if route.path.starts_with("/oauth/grants/") {
            let asked = "response_type=code&redirect_uri=https://app.example.com/back";
            let _ = owner.get(&format!("/oauth/authorize?client_id={client_id}&{asked}")).await.is(200);
            id = owner.get("/oauth/grants").await.is(200).text("/0/id");
        }
        scene.put("{id}", id);
        scene.put("{client_id}", client_id);
    }

    /// A session of the owner that nobody uses.
    async fn other_session(&self) -> String {
        let owner = &self.tenant.owner;
        let credentials = json!({ "email": owner.email, "password": owner.password });
        let _ = self.gateway.nobody().post("/auth/login", &credentials).await.is(200);
        let sessions = owner.get("/auth/sessions").await.is(200).json();
        let other = sessions.as_array().into_iter().flatten().find(|session| session["isCurrent"] == false);
        other.and_then(|session| session["id"].as_str()).expect("the other session").to_owned()
    }

    /// The token by which the stranger may enter a new project.
    async fn invite_token(&self) -> String {
        let slug = self.made("/projects", json!({ "name": "Own" }), "/slug").await;
        let stranger = &self.elsewhere.owner.email;
        self.made(&format!("/projects/{slug}/invites"), json!({ "email": stranger }), "/id").await;
        self.gateway.letter_with(stranger, "/invites/").await.token()
    }
}
