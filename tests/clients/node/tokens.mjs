// What whoever gets a token can prove with `jose` and the keys that the provider publishes.

import assert from 'node:assert/strict';
import { SignJWT, UnsecuredJWT, createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';

const tell = (what) => console.log(`  jose: ${what}`);

/** Checks both tokens, and that neither stands once it is altered or taken for the other. */
export async function tokensAreProvable({ issuer, jwks_uri, userinfo_endpoint }, tokens, clientId) {
  const keys = createRemoteJWKSet(new URL(jwks_uri));
  const ofAPerson = ['sub', 'iat', 'exp', 'auth_time', 'nonce'];
  const forTheClient = { issuer, audience: clientId, typ: 'JWT', requiredClaims: ofAPerson };
  // RFC 9068 section 2.2.
  const ofAnApi = ['sub', 'iat', 'exp', 'jti', 'client_id'];
  const forTheApi = { issuer, audience: userinfo_endpoint, typ: 'at+jwt', requiredClaims: ofAnApi };
  const id = await jwtVerify(tokens.id_token, keys, forTheClient);
  const access = await jwtVerify(tokens.access_token, keys, forTheApi);
  assert.deepEqual([id.payload.sub, access.payload.client_id], [access.payload.sub, clientId]);
  await assert.rejects(jwtVerify(tokens.id_token, keys, forTheApi), 'an ID token is no access token');
  await assert.rejects(jwtVerify(tokens.access_token, keys, forTheClient), 'nor the other way round');
  for (const forged of await forgeries(tokens.access_token, jwks_uri)) {
    await assert.rejects(jwtVerify(forged, keys, forTheApi), 'what was altered does not verify');
    const headers = { authorization: `Bearer ${forged}` };
    assert.equal((await fetch(userinfo_endpoint, { headers })).status, 401, 'nor does the provider take it');
  }
  tell('both tokens verify by the published keys; altered, unsigned and re-signed ones do not');
}

/** The same token with other claims, without a signature, and signed with the public key as if it were a secret. */
async function forgeries(token, jwksUri) {
  const [header, , signature] = token.split('.');
  const claims = { ...decodeJwt(token), sub: '00000000-0000-4000-8000-000000000000' };
  const altered = Buffer.from(JSON.stringify(claims)).toString('base64url');
  const { kid } = decodeProtectedHeader(token);
  const { keys } = await (await fetch(jwksUri)).json();
  const published = Buffer.from(JSON.stringify(keys.find((key) => key.kid === kid)));
  const resigned = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid }).sign(published);
  return [`${header}.${altered}.${signature}`, `${token.slice(0, -4)}AAAA`, new UnsecuredJWT(claims).encode(), resigned];
}
