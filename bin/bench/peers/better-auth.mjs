// better-auth with its OAuth provider plugin as a peer: node better-auth.mjs PORT
//
// What it is given, so that the comparison is fair to it:
// - One process. Its memory adapter keeps all in this process, where no other could look; with a database in between it
//   would be slower, and Mainstay, which has one, is measured with it.
// - That adapter without its transactions, each of which copies all there is twice and compares it row by row.
// - Whatever it can remember: sessions in their signed cookie, the client and the resource in its caches, the signing key
//   without the encryption that it would have to undo for each token.
// - JWT access tokens and ID tokens by ES256, as Mainstay signs them, for whoever names the resource. Without a resource
//   its tokens are opaque and those are asked about, since it checks a JWT anew each time, which is slower.
// - A refresh token with every code, as Mainstay gives one.
// - Sessions that have logged in, and a client that needs no consent: a look-up fewer. No limit of requests, no log.
// - A bridge from Node's requests to its own that hands every answer over at once.

import { memoryAdapter } from '@better-auth/memory-adapter';
import { oauthProvider } from '@better-auth/oauth-provider';
import { betterAuth } from 'better-auth';
import { jwt } from 'better-auth/plugins';
import { CALLERS, CLIENT, ORIGIN, REDIRECT_URI, RESOURCE, WEEK, serve } from './peer.mjs';

const SCOPES = ['openid', 'offline_access'];
const TABLES = [
  'user', 'session', 'account', 'verification', 'jwks', 'oauthClient', 'oauthClientAssertion', 'oauthClientResource',
  'oauthConsent', 'oauthResource', 'oauthAccessToken', 'oauthRefreshToken',
];

const adapter = memoryAdapter(Object.fromEntries(TABLES.map((table) => [table, []])));

// What it wants done together is done at once: in one thread nobody comes in between as long as nothing fails.
function memory(options) {
  const all = adapter(options);
  return { ...all, transaction: (work) => work(all) };
}

const auth = betterAuth({
  baseURL: ORIGIN,
  secret: 'as long and as hard to guess as a secret has to be',
  database: memory,
  // Nobody logs in under load, so that no password needs a hash that takes its time.
  emailAndPassword: { enabled: true, password: { hash: async (password) => password } },
  session: { expiresIn: WEEK, cookieCache: { enabled: true, maxAge: WEEK } },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  logger: { disabled: true },
  plugins: [
    jwt({ jwks: { disablePrivateKeyEncryption: true, keyPairConfig: { alg: 'ES256' } }, disableSettingJwtHeader: true }),
    oauthProvider({
      loginPage: '/login',
      consentPage: '/consent',
      scopes: [...SCOPES, 'machine'],
      resources: [RESOURCE],
      enforcePerClientResources: false,
      cachedResources: new Set([RESOURCE]),
      cachedTrustedClients: new Set([CLIENT.client_id]),
      clientPrivileges: () => true,
      generateClientId: () => CLIENT.client_id,
      generateClientSecret: () => CLIENT.client_secret,
    }),
  ],
});

async function session(number) {
  const body = { email: `person-${number}@example.com`, name: `Person ${number}`, password: 'a long enough password' };
  const { headers } = await auth.api.signUpEmail({ body, returnHeaders: true });
  return headers.getSetCookie().map((cookie) => cookie.split(';')[0]).join('; ');
}

async function answer(incoming, outgoing) {
  const chunks = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const body = chunks.length > 0 ? Buffer.concat(chunks) : undefined;
  const { method, headers } = incoming;
  const response = await auth.handler(new Request(ORIGIN + incoming.url, { method, headers, body }));
  const text = await response.text();
  outgoing.setHeaders(response.headers);
  outgoing.setHeader('content-length', Buffer.byteLength(text));
  outgoing.writeHead(response.status);
  outgoing.end(text);
}

const cookies = await Promise.all(Array.from({ length: CALLERS }, (_, number) => session(number)));
await auth.api.adminCreateOAuthClient({
  headers: new Headers({ cookie: cookies[0] }),
  body: {
    redirect_uris: [REDIRECT_URI],
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
    client_credentials_scopes: ['machine'],
    token_endpoint_auth_method: 'client_secret_post',
    skip_consent: true,
  },
});

serve(answer, {
  authorize: '/api/auth/oauth2/authorize',
  token: '/api/auth/oauth2/token',
  introspect: '/api/auth/oauth2/introspect',
  scope: SCOPES.join(' '),
  cookies,
});
