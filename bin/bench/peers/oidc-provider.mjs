// oidc-provider as a peer: node oidc-provider.mjs PORT
//
// What it is given, so that the comparison is fair to it:
// - One process. What it knows is in this process's memory, where no other could look; with a database in between it
//   would be slower, and Mainstay, which has one, is measured with it.
// - A store that is faster than its own MemoryAdapter, which keeps a thousand entries and walks through all that a grant
//   ever gave whenever it gives one more. This one is a map a kind of thing and forgets the oldest.
// - JWT access tokens and ID tokens by ES256, as Mainstay signs them, for whoever names the resource. Without a resource
//   its tokens are opaque and those are asked about, since it refuses to tell of a JWT.
// - A refresh token with every code, as Mainstay gives one, without the consent that it would ask for each time.
// - Sessions that have logged in and consented, by cookies without a signature. Nothing is logged.

import { generateKeyPairSync } from 'node:crypto';
import { Provider } from 'oidc-provider';
import { CALLERS, CLIENT, ORIGIN, REDIRECT_URI, WEEK, serve } from './peer.mjs';

const KEPT = 10_000;
const SCOPE = 'openid';

// A map keeps the order in which its entries came, so that the first one is the oldest.
class Memory {
  entries = new Map();
  ids = new Map();

  async upsert(id, payload) {
    this.entries.delete(id);
    this.entries.set(id, payload);
    if (payload.uid) this.ids.set(payload.uid, id);
    if (this.entries.size > KEPT) this.entries.delete(this.entries.keys().next().value);
  }

  async find(id) {
    return this.entries.get(id);
  }

  async findByUid(uid) {
    return this.entries.get(this.ids.get(uid));
  }

  async consume(id) {
    this.entries.get(id).consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id) {
    this.entries.delete(id);
  }

  // A grant ends only where a code comes twice, which no caller of the bench does.
  async revokeByGrantId() {
    throw new Error('a grant was revoked');
  }
}

const key = { ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }), use: 'sig' };
const resourceServer = { scope: '', accessTokenFormat: 'jwt', accessTokenTTL: 3600, jwt: { sign: { alg: 'ES256' } } };

const provider = new Provider(ORIGIN, {
  adapter: Memory,
  jwks: { keys: [key] },
  clients: [{
    ...CLIENT,
    redirect_uris: [REDIRECT_URI],
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
    token_endpoint_auth_method: 'client_secret_post',
    id_token_signed_response_alg: 'ES256',
  }],
  scopes: [SCOPE],
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true, allowedPolicy: () => true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => undefined,
      getResourceServerInfo: () => resourceServer,
      useGrantedResource: () => true,
    },
  },
  issueRefreshToken: () => true,
  findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
  ttl: {
    AccessToken: 3600,
    AuthorizationCode: 600,
    ClientCredentials: 3600,
    Grant: WEEK,
    IdToken: 3600,
    RefreshToken: WEEK,
    Session: WEEK,
  },
});

async function session(number) {
  const accountId = `person-${number}`;
  const grant = new provider.Grant({ accountId, clientId: CLIENT.client_id });
  grant.addOIDCScope(SCOPE);
  const session = new provider.Session();
  session.loginAccount({ accountId });
  session.ensureClientContainer(CLIENT.client_id);
  session.grantIdFor(CLIENT.client_id, await grant.save());
  await session.save(WEEK);
  return `_session=${session.id}`;
}

const cookies = await Promise.all(Array.from({ length: CALLERS }, (_, number) => session(number)));
serve(provider.callback(), {
  authorize: '/auth',
  token: '/token',
  introspect: '/token/introspection',
  scope: SCOPE,
  cookies,
});
