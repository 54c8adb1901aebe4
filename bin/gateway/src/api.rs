//! Every surface of the gateway, in one place.

use crate::{hosting, identity, mcp, pages, platform, system};
use mainstay_edge::openapi::Draft;
use mainstay_edge::{Admittance, Api, Hosting, Identity, Mcp, Mounted, OAuth, Platform};
use okapi::openapi3::{Info, License, OpenApi};

const ABOUT: &str = "The back half of a SaaS: people, workspaces, API keys and what grows from them.\n\n\
    Every credential works on every surface that its scopes and plan allow. Lists paginate with `page` and `per_page`, \
    sort with `sort`, and narrow with the filters that each names. A request with an `Idempotency-Key` runs once.";

/// What mounts the routes.
pub(crate) fn routes() -> Mounted {
    let mut api = Api::of_routes();
    declare(&mut api);
    api.mounted()
}

/// The document that describes them.
pub(crate) fn document(public_url: &str) -> OpenApi {
    let license = License { name: "EUPL-1.2".to_owned(), url: None, extensions: okapi::Map::default() };
    let info = Info {
        title: "Mainstay".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        description: Some(ABOUT.to_owned()),
        license: Some(license),
        ..Info::default()
    };
    let mut draft = Draft::new(info, public_url);
    declare(&mut Api::described_in(&mut draft));
    draft.finish()
}

fn declare(api: &mut Api<'_>) {
    for (name, about) in TAGS {
        api.tag(name, about);
    }
    // First, since the prefixes are tried in this order, and programs come here most.
    api.surface::<Platform>("/api/v1", Admittance::Counted, platform::declare);
    api.surface::<Mcp>("/mcp", Admittance::Counted, mcp::declare);
    pages::declare(api);
    api.surface::<Identity>("/auth", Admittance::Counted, identity::account::declare);
    api.surface::<OAuth>("/oauth", Admittance::Counted, identity::oauth::declare);
    api.surface::<Identity>("/users", Admittance::Counted, identity::users::declare);
    api.surface::<Identity>("/api/auth", Admittance::Counted, identity::jwt::declare);
    api.surface::<Hosting>("/api/sites", Admittance::Counted, hosting::sites::declare);
    api.surface::<Hosting>("/api/hooks", Admittance::Counted, hosting::hooks::declare);
    api.surface::<Hosting>("/api/databases", Admittance::Counted, hosting::databases::declare);
    api.surface::<Hosting>("/api/hosting", Admittance::Counted, hosting::capabilities::declare);
    api.surface::<Hosting>("/api/credits", Admittance::Counted, hosting::credits::declare);
    api.surface::<Identity>("/projects", Admittance::Counted, identity::projects::declare);
    api.surface::<Identity>("/invites", Admittance::Counted, identity::invites::declare);
    api.surface::<Platform>("", Admittance::Free, system::declare_free);
    // Last, since it also answers for every path that nobody else has.
    api.surface::<Platform>("", Admittance::Counted, system::declare_counted);
}

const TAGS: [(&str, &str); 18] = [
    ("Caller", "Who is asking, and what they may do."),
    ("Workspaces", "The tenants, their settings and their people."),
    ("API keys", "Credentials for programs: scoped, limited, rotated and revoked."),
    ("Webhooks", "Who is told of events: endpoints, deliveries, replays."),
    ("Events", "What there is to be told of: by the installation, and by the application that it stands behind."),
    ("Credits", "What workspaces pay with beside their plan: bought, spent, given back."),
    ("Sites", "What workspaces serve to the world: fetched from a repository, deployed, rolled back, told of in logs."),
    ("Pixel", "What happens on a workspace's pages: told by them, counted without cookies, reported."),
    ("MCP", "Tools, resources and prompts of MCP servers: which there are, who may call them, who did."),
    ("SEO", "How search engines see pages: reports on them, their issues, and audits."),
    ("Audit log", "What happened, who did it and from where."),
    ("Account", "One's own account: sign-up, login, profile, emails, sessions, second factor."),
    ("OAuth", "Letting other applications know who logs in: OAuth 2 and OpenID Connect."),
    ("People", "Finding others."),
    ("Tokens", "Tokens for people that others can verify (JWT)."),
    ("Projects", "What people do together: members, roles and permissions."),
    ("Invites", "Asking people into projects and workspaces."),
    ("System", "Health, figures and this document."),
];
