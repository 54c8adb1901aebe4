//! The table itself: a row a route, and how it is read.

use super::callers::Caller;
use super::verdict::Verdict;

/// What a route asks of its caller.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    Nothing,
    Credential,
    Session,
    Scope(&'static str),
}

/// A row.
pub(super) struct Route {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) needs: Needs,
    /// One word for everybody, or a word for each of [`Caller::SEATED`].
    words: Vec<&'static str>,
    /// A JSON body, a query, or nothing.
    pub(super) input: &'static str,
    /// Whether the document has it.
    pub(super) is_documented: bool,
}

/// Method, path and need: nothing (`-`; `page` where the document does not have it), any credential (`any`), a login
/// (`login`), or a scope. Then what stranger, viewer, member, admin, owner and foreign get, or one word for all; of
/// routes that need a login foreign is left out, since what it gets follows from that. `Verdict` reads the words.
/// Names in braces stand for things of the house. A call that has an effect is made on something fresh.
const TABLE: &str = r#"
GET    /health                        -    200
GET    /api/healthz                   -    200
GET    /metrics                       -    200
GET    /api/openapi.json              -    200
GET    /swagger.json                  -    200
GET    /api/schema                    -    200
GET    /docs                          page 200
GET    /api/docs                      page 200

GET    /.well-known/openid-configuration        -  200
GET    /.well-known/oauth-authorization-server  -  200
GET    /.well-known/jwks.json                   -  200
GET    /.well-known/webhook-keys/{id}           -  200
GET    /.well-known/oauth-protected-resource/mcp           -  200
GET    /.well-known/oauth-protected-resource/mcp/{server}  -  200

POST   /api/auth/token                -    200    {"email": "{someone}", "password": "{password}"}
POST   /api/auth/token/refresh        -    stale  {"refresh": "x"}
GET    /api/auth/me                   any  200

POST   /auth/register/start           -    200                      {"email": "{fresh}"}
POST   /auth/register/resend          -    400:no_code              {"email": "{fresh}"}
POST   /auth/register/verify          -    400:no_code              {"email": "{fresh}", "code": "123456"}
POST   /auth/register/password        -    400:email_not_verified   {"email": "{fresh}", "password": "{password}"}
POST   /auth/register/with-invite     -    404:invite_not_found     {"invite_token": "x", "email": "{fresh}", "password": "{password}"}
POST   /auth/login                    -    200                      {"email": "{someone}", "password": "{password}"}
POST   /auth/token/refresh            -    stale                    {"refresh_token": "x"}
POST   /auth/password/forgot          -    200                      {"email": "{fresh}"}
POST   /auth/password/reset           -    400:invalid_token        {"token": "x", "password": "{password}"}
POST   /auth/2fa/verify               -    400:invalid_token        {"challenge_token": "x", "code": "123456"}

GET    /auth/me                       profile:read   200
PATCH  /auth/profile                  profile:write  200  {"givenNames": "Ada"}
DELETE /auth/me                       login  400:invalid_password  {"current_password": "{fresh}"}
POST   /auth/logout                   login  200
POST   /auth/password/change          login  400:invalid_password  {"current_password": "{fresh}", "password": "{password}"}
GET    /auth/emails                   login  200
POST   /auth/emails                   login  201  {"email": "{fresh}"}
POST   /auth/emails/verify            login  404:email_not_found  {"email": "{fresh}", "code": "123456"}
POST   /auth/emails/resend            login  404:email_not_found  {"email": "{fresh}"}
PATCH  /auth/emails/{id}/default      login  no_mail  no_mail  no_mail  no_mail  200
DELETE /auth/emails/{id}              login  no_mail  no_mail  no_mail  no_mail  400:only_verified_email
GET    /auth/sessions                 login  200
DELETE /auth/sessions                 login  200
DELETE /auth/sessions/{id}            login  none     none     none     none     200
GET    /auth/2fa                      login  200
POST   /auth/2fa/enable               login  400:setup_not_initiated  {"code": "123456"}
POST   /auth/2fa/disable              login  400:not_enabled          {"code": "123456"}
POST   /auth/2fa/recovery-codes       login  400:not_enabled          {"code": "123456"}
GET    /auth/2fa/setup                login  200
GET    /users/search                  users:read  200  ?q=ada

GET    /oauth/authorize                   login  200  ?response_type=code&client_id={client_id}&redirect_uri=https://app.example.com/back
POST   /oauth/token                       -      400:invalid_client  {"grant_type": "refresh_token", "client_id": "x", "refresh_token": "x"}
POST   /oauth/device_authorization        -      400:invalid_client  {"client_id": "x"}
GET    /oauth/userinfo                    -      401:invalid_token
POST   /oauth/userinfo                    -      401:invalid_token
POST   /oauth/introspect                  -      400:invalid_client  {"token": "x", "client_id": "x"}
POST   /oauth/revoke                      -      400:invalid_client  {"token": "x", "client_id": "x"}
GET    /oauth/clients                     login  200
POST   /oauth/clients                     login  201  {"name": "New", "redirect_uri": "https://app.example.com/back"}
GET    /oauth/clients/{id}                login  no_client  no_client  no_client  no_client  200
PATCH  /oauth/clients/{id}                login  no_client  no_client  no_client  no_client  200  {"name": "New"}
DELETE /oauth/clients/{id}                login  no_client  no_client  no_client  no_client  200
POST   /oauth/clients/{id}/rotate-secret  login  no_client  no_client  no_client  no_client  200
GET    /oauth/clients/{client_id}/public  -      200
GET    /oauth/grants                      login  200
POST   /oauth/register                     -      404:registration_closed  {"redirect_uris": ["https://app.example.com/back"]}
GET    /oauth/register/{client_id}         -      401:invalid_token
PUT    /oauth/register/{client_id}         -      401:invalid_token        {"client_id": "{client_id}"}
DELETE /oauth/register/{client_id}         -      401:invalid_token
DELETE /oauth/grants/{id}                 login  no_grant   no_grant   no_grant   no_grant   200

GET    /api/v1/me                     any                200
GET    /api/v1/audit-log              audit-log:view     200   scope scope 200   200   200
GET    /api/v1/workspaces             workspaces:read    200
POST   /api/v1/workspaces             workspaces:write   201                                 {"name": "New"}
GET    /api/v1/workspaces/{id}        workspaces:read    gone  200   200   200   200   gone
PATCH  /api/v1/workspaces/{id}        workspaces:write   gone  role  role  200   200   gone  {"name": "New"}
DELETE /api/v1/workspaces/{id}        workspaces:delete  gone  role  role  role  204   gone

GET    /api/v1/workspaces/{id}/members           workspaces:read   gone  200   200   200  200  gone
POST   /api/v1/workspaces/{id}/members           workspaces:write  gone  role  role  201  201  gone  {"email": "{someone}", "role": "member"}
PATCH  /api/v1/workspaces/{id}/members/{user}    workspaces:write  gone  role  role  200  200  gone  {"role": "viewer"}
DELETE /api/v1/workspaces/{id}/members/{user}    workspaces:write  gone  role  role  204  204  gone
GET    /api/v1/workspaces/{id}/invites           workspaces:read   gone  role  role  200  200  gone
POST   /api/v1/workspaces/{id}/invites           workspaces:write  gone  role  role  201  201  gone  {"email": "{fresh}"}
DELETE /api/v1/workspaces/{id}/invites/{invite}  workspaces:write  gone  role  role  204  204  gone

GET    /api/v1/workspaces/{id}/oauth-clients                         oauth-clients:read    gone  role  role  200  200  gone
POST   /api/v1/workspaces/{id}/oauth-clients                         oauth-clients:write   gone  role  role  201  201  gone  {"name": "New", "redirect_uri": "https://app.example.com/back"}
GET    /api/v1/workspaces/{id}/oauth-clients/{client}                oauth-clients:read    gone  role  role  200  200  gone
PATCH  /api/v1/workspaces/{id}/oauth-clients/{client}                oauth-clients:write   gone  role  role  200  200  gone  {"name": "New"}
DELETE /api/v1/workspaces/{id}/oauth-clients/{client}                oauth-clients:delete  gone  role  role  204  204  gone
POST   /api/v1/workspaces/{id}/oauth-clients/{client}/rotate-secret  oauth-clients:write   gone  role  role  200  200  gone

GET    /api/v1/api-keys               api-keys:read      200   200   200   200   200   200
POST   /api/v1/api-keys               api-keys:write     201   scope scope 201   201   201   {"name": "New"}
POST   /api/v1/api-keys/verify        api-keys:verify    200   scope scope 200   200   200   {"key": "x"}
GET    /api/v1/api-keys/{id}          api-keys:read      gone  200   200   200   200   gone
POST   /api/v1/api-keys/{id}/rotate   api-keys:write     gone  scope scope 200   200   gone  {}
DELETE /api/v1/api-keys/{id}          api-keys:delete    gone  scope scope 204   204   gone

GET    /api/v1/mcp/servers                  mcp:read            200
POST   /api/v1/mcp/servers                  mcp-servers:write   201   scope scope 201  201  201   {"id": "{name}", "url": "http://127.0.0.1:9"}
GET    /api/v1/mcp/servers/{id}             mcp:read            gone  200   200   200  200  gone
PATCH  /api/v1/mcp/servers/{id}             mcp-servers:write   gone  scope scope 200  200  gone  {"denied_tools": ["x"]}
DELETE /api/v1/mcp/servers/{id}             mcp-servers:delete  gone  scope scope 204  204  gone
GET    /api/v1/mcp/servers/{id}/tools       mcp:read            gone  200   200   200  200  gone
GET    /api/v1/mcp/servers/{id}/tools/{tool}/versions            mcp:read            gone  200   200   200  200  gone
GET    /api/v1/mcp/servers/{id}/tools/{tool}/versions/{version}  mcp:read            gone  200   200   200  200  gone
PUT    /api/v1/mcp/servers/{id}/tools/{tool}/versions/{version}  mcp-servers:write   gone  scope scope 200  200  gone  {}
DELETE /api/v1/mcp/servers/{id}/tools/{tool}/versions/{version}  mcp-servers:delete  gone  scope scope 204  204  gone
POST   /api/v1/mcp/tools/call               mcp:write           200   scope 200   200  200  200   {"server": "filesystem", "tool": "list_directory", "arguments": {}}
GET    /api/v1/mcp/resources/{uri}          mcp:read            gone  200   200   200  200  gone
GET    /api/v1/mcp/calls                    mcp-calls:view      200   scope scope 200  200  200
GET    /mcp                                 mcp:read            405
GET    /mcp/{server}                        mcp:read            405
POST   /mcp                                 mcp:read            200   {"jsonrpc": "2.0", "id": 1, "method": "ping"}
POST   /mcp/{server}                        mcp:read            200   {"jsonrpc": "2.0", "id": 1, "method": "ping"}

GET    /pixel.js                            -     200
GET    /api/v1/pixel/config                 -     200
POST   /api/v1/pixel/track                  -     200  {"event": "pageview", "url": "https://{host}/"}
POST   /api/v1/pixel/track/batch            -     200  {"events": [{"event": "pageview", "url": "https://{host}/"}]}
POST   /api/v1/pixel/batch                  -     200  {"events": [{"event": "pageview", "url": "https://{host}/"}]}
GET    /api/v1/pixel/p.gif                  -     200  ?url=https://{host}/
GET    /api/v1/pixel/domains                pixel:read    200
POST   /api/v1/pixel/domains                pixel:write   201   scope scope 201  201  201   {"domain": "{host}"}
GET    /api/v1/pixel/domains/{id}           pixel:read    gone  200   200   200  200  gone
PATCH  /api/v1/pixel/domains/{id}           pixel:write   gone  scope scope 200  200  gone  {"sample_rate": 0.5}
DELETE /api/v1/pixel/domains/{id}           pixel:delete  gone  scope scope 204  204  gone
GET    /api/v1/pixel/stats                  pixel:read    gone  200   200   200  200  gone  ?domain={id}
GET    /api/v1/pixel/breakdown              pixel:read    gone  200   200   200  200  gone  ?domain={id}&by=page
GET    /api/v1/pixel/export.csv             pixel:read    gone  200   200   200  200  gone  ?domain={id}
GET    /api/v1/pixel/realtime               pixel:read    gone  200   200   200  200  gone  ?domain={id}
GET    /api/v1/pixel/vitals                 pixel:read    gone  200   200   200  200  gone  ?domain={id}
GET    /api/v1/pixel/goals                  pixel:read    gone  200   200   200  200  gone  ?domain={id}
POST   /api/v1/pixel/goals                  pixel:write   gone  scope scope 201  201  gone  {"domain": "{id}", "page": "/new"}
GET    /api/v1/pixel/goals/{id}             pixel:read    gone  200   200   200  200  gone
PATCH  /api/v1/pixel/goals/{id}             pixel:write   gone  scope scope 200  200  gone  {"name": "Other"}
DELETE /api/v1/pixel/goals/{id}             pixel:delete  gone  scope scope 204  204  gone
GET    /api/v1/pixel/conversions            pixel:read    gone  200   200   200  200  gone  ?domain={id}
GET    /api/v1/pixel/funnels                pixel:read    gone  200   200   200  200  gone  ?domain={id}
POST   /api/v1/pixel/funnels                pixel:write   gone  scope scope 201  201  gone  {"domain": "{id}", "steps": [{"page": "/"}, {"event": "new"}]}
GET    /api/v1/pixel/funnels/{id}           pixel:read    gone  200   200   200  200  gone
PATCH  /api/v1/pixel/funnels/{id}           pixel:write   gone  scope scope 200  200  gone  {"name": "Other"}
DELETE /api/v1/pixel/funnels/{id}           pixel:delete  gone  scope scope 204  204  gone
GET    /api/v1/pixel/funnels/{id}/report    pixel:read    gone  200   200   200  200  gone

GET    /api/v1/webhooks                     webhooks:read    200
POST   /api/v1/webhooks                     webhooks:write   201   scope scope 201  201  201   {"url": "{hook}", "events": ["house.sold"]}
GET    /api/v1/webhooks/{id}                webhooks:read    gone  200   200   200  200  gone
PATCH  /api/v1/webhooks/{id}                webhooks:write   gone  scope scope 200  200  gone  {"events": ["house.sold"]}
DELETE /api/v1/webhooks/{id}                webhooks:delete  gone  scope scope 204  204  gone
POST   /api/v1/webhooks/{id}/test           webhooks:write   gone  scope scope 200  200  gone
POST   /api/v1/webhooks/{id}/rotate-secret  webhooks:write   gone  scope scope 200  200  gone  {}
POST   /api/v1/webhooks/{id}/enable         webhooks:write   gone  scope scope 200  200  gone
GET    /api/v1/webhooks/{id}/deliveries     webhooks:read    gone  200   200   200  200  gone
GET    /api/v1/webhooks/{id}/deliveries/{delivery_id}        webhooks:read   gone  200   200   200  200  gone
POST   /api/v1/webhooks/{id}/deliveries/{delivery_id}/retry  webhooks:write  gone  scope scope 200  200  gone
GET    /api/v1/webhooks/{id}/replays                         webhooks:read   gone  200   200   200  200  gone
POST   /api/v1/webhooks/{id}/replays                         webhooks:write  gone  scope scope 202  202  gone  {"since": "2020-01-01"}
GET    /api/v1/webhooks/{id}/replays/{replay_id}             webhooks:read   gone  200   200   200  200  gone
POST   /api/v1/webhooks/{id}/replays/{replay_id}/stop        webhooks:write  gone  scope scope 409:replay_over 409:replay_over gone

POST   /api/v1/events                       events:write        202   scope 202   202  202  202   {"type": "house.sold", "data": {}}
GET    /api/v1/entitlements/check           entitlements:read   200   ?feature=posts
GET    /api/v1/entitlements/summary         entitlements:read   200
GET    /api/v1/entitlements/usage           entitlements:read   200   ?feature=posts
POST   /api/v1/entitlements/usage           entitlements:write  200   scope 200   200  200  200   {"feature": "posts"}
POST   /api/v1/entitlements/usage/batch     entitlements:write  200   scope 200   200  200  200   {"events": [{"feature": "posts"}]}
POST   /api/v1/entitlements/consume         entitlements:write  200   scope 200   200  200  200   {"feature": "posts"}
GET    /api/v1/entitlements/audit           entitlements:read   200   ?feature=posts
GET    /api/v1/entitlements/reservations               entitlements:read   200
POST   /api/v1/entitlements/reservations               entitlements:write  201   scope 201  201  201  201   {"feature": "posts"}
GET    /api/v1/entitlements/reservations/{id}          entitlements:read   gone  200   200  200  200  gone
POST   /api/v1/entitlements/reservations/{id}/commit   entitlements:write  gone  scope 200  200  200  gone
POST   /api/v1/entitlements/reservations/{id}/release  entitlements:write  gone  scope 200  200  200  gone
GET    /api/v1/workspaces/{id}/plan            entitlements:read   gone  200   200  200  200   gone
PATCH  /api/v1/workspaces/{id}/plan            entitlements:write  owner  {"plan": "pro"}
GET    /api/v1/workspaces/{id}/boosts          entitlements:read   gone  200   200  200  200   gone
POST   /api/v1/workspaces/{id}/boosts          entitlements:write  owner  {"feature": "posts", "limit_value": 1}
DELETE /api/v1/workspaces/{id}/boosts/{boost}  entitlements:write  403:forbidden_owner
GET    /api/v1/features                     entitlements:read   200
POST   /api/v1/features                     entitlements:write  owner  {"code": "new", "kind": "limit"}
GET    /api/v1/features/{code}              entitlements:read   200
PATCH  /api/v1/features/{code}              entitlements:write  owner  {"name": "New"}
DELETE /api/v1/features/{code}              entitlements:write  owner
GET    /api/v1/plans                        entitlements:read   200
POST   /api/v1/plans                        entitlements:write  owner  {"name": "new", "requests_per_minute": 1}
GET    /api/v1/plans/{name}                 entitlements:read   200
PATCH  /api/v1/plans/{name}                 entitlements:write  owner  {"max_webhooks": 1}
DELETE /api/v1/plans/{name}                 entitlements:write  owner
GET    /api/v1/event-types                  event-types:read    200
PUT    /api/v1/event-types                  event-types:write   200   scope scope 200  200  200   {"name": "house.sold"}
GET    /api/v1/event-types/{name}           event-types:read    gone  200   200   200  200  gone
DELETE /api/v1/event-types/{name}           event-types:delete  gone  scope scope 204  204  gone

POST   /api/v1/seo/report                   seo:write  201   scope 201   201  201  201   {"url": "https://example.com/"}
GET    /api/v1/seo/reports                  seo:read   200
GET    /api/v1/seo/reports/{id}             seo:read   gone  200   200   200  200  gone
GET    /api/v1/seo/reports/{id}/changes     seo:read   gone  200   200   200  200  gone
GET    /api/v1/seo/issues/{workspace_id}    seo:read   gone  200   200   200  200  gone
GET    /api/v1/seo/history                  seo:read   200
GET    /api/v1/seo/audits                   seo:read   200
GET    /api/v1/seo/audits/{id}              seo:read   gone  200   200   200  200  gone
POST   /api/v1/seo/audits                   seo:write  202   scope 202   202  202  202   {"url": "{hook}"}

GET    /api/credits                           credits:read      200
GET    /api/credits/transactions              credits:read      200
GET    /api/credits/packages                  credits:read      200
POST   /api/credits/purchase                  credits:purchase  202   scope scope 202  202  202   {"packageId": "small"}
GET    /api/credits/purchases                 credits:read      200
GET    /api/credits/purchases/{id}            credits:read      gone  200   200   200  200  gone
POST   /api/credits/purchases/{id}/settle     credits:grant     403:forbidden_owner
POST   /api/credits/spend                     credits:write     201   scope scope 201  201  201   {"amount": 1}
POST   /api/credits/transactions/{id}/refund  credits:write     gone  scope scope 201  201  gone
POST   /api/credits/grants                    credits:grant     403:forbidden_owner  {"workspaceId": 1, "amount": 1}
POST   /api/credits/webhooks/stripe           -                 gone

GET    /api/sites                             sites:read        200
POST   /api/sites                             sites:write       201   scope 201   201  201  201   {"name": "{site}", "type": "git", "repository": "git.example.com/user/app"}
GET    /api/sites/{id}                        sites:read        gone  200   200   200  200  gone
PATCH  /api/sites/{id}                        sites:write       gone  scope 200   200  200  gone  {"port": 4000}
DELETE /api/sites/{id}                        sites:delete      gone  scope scope 202  202  gone
POST   /api/sites/{id}/restore                sites:delete      gone  scope scope 200  200  gone
POST   /api/sites/{id}/rollback               sites:deploy      gone  scope 409:nothing_to_roll_back_to 409:nothing_to_roll_back_to 409:nothing_to_roll_back_to gone
GET    /api/sites/{id}/deployments            sites:read        gone  200   200   200  200  gone
POST   /api/sites/{id}/deployments            sites:deploy      gone  scope 202   202  202  gone
GET    /api/sites/{id}/deployments/{deploymentId}         sites:read    gone  200   200  200  200  gone
POST   /api/sites/{id}/deployments/{deploymentId}/cancel  sites:deploy  gone  scope 200  200  200  gone
GET    /api/sites/{id}/deployments/{deploymentId}/logs    sites:read    gone  200   200  200  200  gone
GET    /api/sites/{id}/logs                   sites:read        gone  200   200   200  200  gone
GET    /api/sites/{id}/events                 sites:read        gone  200   200   200  200  gone
GET    /api/sites/{id}/metrics                sites:read        gone  200   200   200  200  gone
GET    /api/sites/{id}/env                    sites:read        gone  200   200   200  200  gone
GET    /api/sites/{id}/env                    sites:read        gone  scope 200   200  200  gone  ?reveal=true
PUT    /api/sites/{id}/env                    sites:write       gone  scope 200   200  200  gone  {"env": {"NEW": "1"}}
PATCH  /api/sites/{id}/env                    sites:write       gone  scope 200   200  200  gone  {"env": {"NEW": "1"}}
DELETE /api/sites/{id}/env/{name}             sites:write       gone  scope 204   204  204  gone
GET    /api/sites/{id}/hook                   sites:read        gone  200   200   200  200  gone
POST   /api/sites/{id}/hook/rotate            sites:write       gone  scope 200   200  200  gone
POST   /api/hooks/git/{token}                 -                 401:unauthenticated
GET    /api/sites/{id}/domains                sites:read        gone  200   200   200  200  gone
POST   /api/sites/{id}/domains                sites:write       gone  scope 201   201  201  gone  {"domain": "{domain-to-be}"}
POST   /api/sites/{id}/domains/{domain}/verify       sites:write  gone  scope 200  200  200  gone
DELETE /api/sites/{id}/domains/{domain}              sites:write  gone  scope 204  204  204  gone
PUT    /api/sites/{id}/domains/{domain}/certificate  sites:write  gone  scope 200  200  200  gone  {"certificate": {chain}, "privateKey": {key}}
DELETE /api/sites/{id}/domains/{domain}/certificate  sites:write  gone  scope 204  204  204  gone
GET    /api/hosting/capabilities              sites:read        200
GET    /api/databases                         databases:read    200
POST   /api/databases                         databases:write   201   scope scope 201  201  201   {"name": "{site}", "type": "sqlite"}
GET    /api/databases/{id}                    databases:read    gone  200   200   200  200  gone
PATCH  /api/databases/{id}                    databases:write   gone  scope scope 200  200  gone  {"name": "{site}"}
PATCH  /api/databases/{id}                    databases:write   gone  scope scope 200  200  gone  {"action": "restart"}
DELETE /api/databases/{id}                    databases:delete  gone  scope scope 202  202  gone
POST   /api/databases/{id}/restore            databases:delete  gone  scope scope 200  200  gone
GET    /api/databases/{id}/credentials        databases:write   gone  scope scope 200  200  gone
GET    /api/databases/{id}/backups            databases:read    gone  200   200   200  200  gone
POST   /api/databases/{id}/backups            databases:write   gone  scope scope 201  201  gone
GET    /api/databases/{id}/backups/{backupId}/download  databases:write  gone  scope scope 200  200  gone

GET    /projects                                      projects:read    200
POST   /projects                                      projects:write   201   low   201   201  201  201  {"name": "New"}
GET    /projects/{slug}                               projects:read    out   out   200   200  200  out
PATCH  /projects/{slug}                               projects:write   out   out   low   200  200  out  {"name": "New"}
DELETE /projects/{slug}                               projects:delete  out   out   low   low  200  out
POST   /projects/{slug}/join                          projects:write   shut  shut  there there there shut
DELETE /projects/{slug}/leave                         projects:write   out   out   200   200  400:owner_cannot_leave  out
POST   /projects/{slug}/transfer-ownership            projects:write   out   out   low   low  200  out  {"new_owner_id": "{heir}"}
GET    /projects/{slug}/members                       projects:read    out   out   200   200  200  out
POST   /projects/{slug}/members                       projects:write   out   out   low   201  201  out  {"email": "{someone}"}
PATCH  /projects/{slug}/members/{member}              projects:write   out   out   low   200  200  out  {"permissions": []}
DELETE /projects/{slug}/members/{member}              projects:write   out   out   low   200  200  out
GET    /projects/{slug}/permissions                   projects:read    out   out   200   200  200  out
POST   /projects/{slug}/permissions                   projects:write   out   out   low   201  201  out  {"key": "new", "display_name": "New"}
PATCH  /projects/{slug}/permissions/{permission}      projects:write   out   out   low   200  200  out  {"display_name": "New"}
DELETE /projects/{slug}/permissions/{permission}      projects:write   out   out   low   200  200  out
GET    /projects/{slug}/invites                       projects:read    out   out   low   200  200  out
POST   /projects/{slug}/invites                       projects:write   out   out   low   201  201  out  {"email": "{fresh}"}
DELETE /projects/{slug}/invites/{invite}              projects:write   out   out   low   200  200  out
GET    /projects/{slug}/clients                       projects:read    out   out   low   200  200  out
POST   /projects/{slug}/clients                       projects:write   out   out   low   201  201  out  {"name": "New", "redirect_uri": "https://app.example.com/back"}
GET    /projects/{slug}/clients/{id}                  projects:read    out   out   low   200  200  out
PATCH  /projects/{slug}/clients/{id}                  projects:write   out   out   low   200  200  out  {"name": "New"}
DELETE /projects/{slug}/clients/{id}                  projects:write   out   out   low   200  200  out
POST   /projects/{slug}/clients/{id}/rotate-secret    projects:write   out   out   low   200  200  out

GET    /invites/{token}               -               200
POST   /invites/{token}/accept        projects:write  200   other other other other 200
"#;

/// Every route.
pub(super) fn routes() -> Vec<Route> {
    TABLE.lines().filter(|line| !line.is_empty()).map(Route::read).collect()
}

impl Route {
    fn read(line: &'static str) -> Self {
        let input = line.find(" {\"").or(line.find(" {}")).or(line.find(" ?")).unwrap_or(line.len());
        let (head, input) = line.split_at(input);
        let mut words = head.split_whitespace();
        let mut next = || words.next().unwrap_or_else(|| panic!("too few words: {line}"));
        let (method, path, need) = (next(), next(), next());
        let needs = match need {
            "-" | "page" => Needs::Nothing,
            "any" => Needs::Credential,
            "login" => Needs::Session,
            scope => Needs::Scope(scope),
        };
        let words: Vec<_> = words.collect();
        let seats = Caller::SEATED.len() - usize::from(needs == Needs::Session);
        assert!(words.len() == 1 || words.len() == seats, "{seats} answers or one: {line}");
        Self { method, path, needs, words, input: input.trim(), is_documented: need != "page" }
    }

    /// Whether it speaks the dialect of the platform, or that of the identity API.
    pub(super) fn is_platform(&self) -> bool {
        self.path.starts_with("/api/v1")
    }

    /// Whether it speaks MCP.
    pub(super) fn is_mcp(&self) -> bool {
        self.path.starts_with("/mcp")
    }

    /// Whether it speaks the dialect of hosting.
    pub(super) fn is_hosting(&self) -> bool {
        ["/api/sites", "/api/hooks", "/api/databases", "/api/hosting", "/api/credits"]
            .iter()
            .any(|surface| self.path.starts_with(surface))
    }

    /// Whether it speaks the words of RFC 6749.
    pub(super) fn is_oauth(&self) -> bool {
        self.path.starts_with("/oauth")
    }

    /// Whether it is about an OAuth client that must be there.
    pub(super) fn names_a_client(&self) -> bool {
        self.is_oauth() && (self.path.contains('{') || self.input.contains("{client_id}"))
    }

    /// What this caller gets.
    pub(super) fn verdict(&self, caller: Caller) -> Verdict {
        match (self.needs, caller) {
            (Needs::Nothing, _) => self.listed(0),
            (_, caller) if caller.stands_for_nobody() => Verdict::of("401:unauthenticated"),
            (Needs::Session, Caller::Narrow | Caller::Foreign) => Verdict::of("403:session_required"),
            (Needs::Scope(_), Caller::Narrow) => Verdict::of("scope"),
            (Needs::Credential, Caller::Narrow) => self.verdict(Caller::Owner),
            (_, caller) => self
                .listed(Caller::SEATED.into_iter().position(|seated| seated == caller).expect("a seat in the table")),
        }
    }

    fn listed(&self, seat: usize) -> Verdict {
        Verdict::of(self.words.get(seat).or(self.words.first()).expect("a word"))
    }
}
