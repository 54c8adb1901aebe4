//! What `/mcp` is to OAuth: a resource that access tokens are for (RFC 8707), and that says of itself who gives them out
//! (RFC 9728).

use mainstay_auth::OAuthScope;
use mainstay_edge::PublicUrl;
use schemars::JsonSchema;
use serde::Serialize;

/// The address of every server; each has its own below it.
const ROOT: &str = "/mcp";

/// Whether a path is one of the resource's.
pub(crate) fn is_at(path: &str) -> bool {
    path.strip_prefix(ROOT).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a token for an audience is good at a path: one for all servers is at each, one for a server is there alone.
pub(crate) fn takes(public_url: &PublicUrl, path: &str, audience: &str) -> bool {
    let audience = audience.trim_end_matches('/');
    is_at(path) && (audience == public_url.join(ROOT) || audience == public_url.join(path.trim_end_matches('/')))
}

/// What a client needs to know to ask for a token (RFC 9728 section 2).
#[derive(Serialize, JsonSchema)]
pub(crate) struct ResourceMetadata {
    /// What tokens must be for, as the parameter `resource` names it (RFC 8707).
    resource: String,
    /// For people to read.
    resource_name: String,
    /// The issuers whose tokens are taken.
    authorization_servers: [String; 1],
    scopes_supported: [&'static str; 2],
    /// How tokens are brought: in the header alone.
    bearer_methods_supported: [&'static str; 1],
}

impl ResourceMetadata {
    /// Of all servers, or of the one whose path this is.
    pub(crate) fn of(public_url: &PublicUrl, brand: &str, server: Option<&str>) -> Self {
        let (path, name) = match server {
            Some(server) => (format!("{ROOT}/{server}"), format!("{brand}: the MCP server {server}")),
            None => (ROOT.to_owned(), format!("{brand}: MCP servers")),
        };
        Self {
            resource: public_url.join(&path),
            resource_name: name,
            authorization_servers: [public_url.join("")],
            scopes_supported: OAuthScope::OF_MCP.map(OAuthScope::as_str),
            bearer_methods_supported: ["header"],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good(path: &str, audience: &str) -> bool {
        takes(&PublicUrl::new("https://example.com"), path, audience)
    }

    #[test]
    fn a_token_is_good_where_it_is_for() {
        assert!(good("/mcp", "https://example.com/mcp"));
        assert!(good("/mcp/", "https://example.com/mcp/"));
        assert!(good("/mcp/files", "https://example.com/mcp"), "one for all servers is good at each");
        assert!(good("/mcp/files", "https://example.com/mcp/files"));
        assert!(!good("/mcp", "https://example.com/mcp/files"), "one for a server is good there alone");
        assert!(!good("/mcp/other", "https://example.com/mcp/files"));
        assert!(!good("/mcp", "https://example.org/mcp"));
        assert!(!good("/mcp", "https://example.com/oauth/userinfo"));
        for path in ["/api/v1/me", "/auth/me", "/", "/mcpx", "/oauth/userinfo"] {
            assert!(!good(path, "https://example.com/mcp"), "{path}");
            assert!(!good(path, &format!("https://example.com{path}")), "{path}");
        }
    }
}
