// What an application does with `openid-client`: log a person in, know them, stay in touch, and let go.

import assert from 'node:assert/strict';
import { decodeProtectedHeader } from 'jose';
import * as client from 'openid-client';
import { Browser } from './browser.mjs';
import { tokensAreProvable } from './tokens.mjs';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, PUBLIC_CLIENT_ID, CALLBACK, EMAIL, PASSWORD } = process.env;
const person = { email: EMAIL, password: PASSWORD };
const onPlainHttp = { execute: [client.allowInsecureRequests] };
const tell = (what) => console.log(`  openid-client: ${what}`);

/** Sends a person off to log in, and takes them back. */
async function comeBack(config, browser, more = {}) {
  const checks = {
    pkceCodeVerifier: client.randomPKCECodeVerifier(),
    expectedState: client.randomState(),
    expectedNonce: client.randomNonce(),
  };
  const question = client.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope: 'openid profile email',
    code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    ...more,
  });
  const { left } = await browser.visit(question);
  assert.ok(left?.href.startsWith(CALLBACK), 'the person comes back to the application');
  return { left, checks };
}

/** That a call fails as the provider or the library says no, and not by chance. */
async function isRefused(work, name, why = { error: 'invalid_grant' }) {
  await assert.rejects(work, why, `${name} is refused`);
}

// What `openid-client` finds out by itself.
const byTheClient = { code: /^OAUTH_(INVALID_RESPONSE|JWT_CLAIM_COMPARISON_FAILED)$/ };

async function everythingElseIsRefused(config, browser) {
  const { left, checks } = await comeBack(config, browser);
  const altered = (change) => {
    const url = new URL(left);
    change(url.searchParams);
    return client.authorizationCodeGrant(config, url, checks);
  };
  await isRefused(altered((query) => query.set('state', 'another')), 'a foreign state', byTheClient);
  await isRefused(altered((query) => query.set('iss', 'https://evil.example')), 'a foreign issuer', byTheClient);
  await isRefused(altered((query) => query.delete('iss')), 'a missing issuer', byTheClient);
  const guessed = { ...checks, pkceCodeVerifier: client.randomPKCECodeVerifier() };
  await isRefused(client.authorizationCodeGrant(config, left, guessed), 'a guessed verifier');
  const elsewhere = { ...checks, expectedNonce: client.randomNonce() };
  await isRefused(client.authorizationCodeGrant(config, left, elsewhere), 'a foreign nonce', byTheClient);
  await isRefused(client.authorizationCodeGrant(config, left, checks), 'a code that was used');
  tell('foreign state, iss, nonce and verifier are refused, and so is a used code');
}

async function logIn(config, browser) {
  const { left, checks } = await comeBack(config, browser);
  const tokens = await client.authorizationCodeGrant(config, left, { ...checks, idTokenExpected: true, maxAge: 600 });
  const { sub } = tokens.claims();
  const known = await client.fetchUserInfo(config, tokens.access_token, sub);
  assert.deepEqual([known.email, known.sub], [EMAIL, sub]);
  return tokens;
}

async function stayInTouch(config, { refresh_token, claims }) {
  const { sub } = claims();
  const again = await client.refreshTokenGrant(config, refresh_token);
  assert.equal(again.claims().sub, sub);
  await client.fetchUserInfo(config, again.access_token, sub);
  return again;
}

async function letGo(config, { access_token, refresh_token, claims }) {
  const { active, client_id, sub } = await client.tokenIntrospection(config, access_token);
  assert.deepEqual([active, client_id, sub], [true, CLIENT_ID, claims().sub]);
  await client.tokenRevocation(config, refresh_token);
  assert.equal((await client.tokenIntrospection(config, access_token)).active, false);
  await isRefused(client.refreshTokenGrant(config, refresh_token), 'a revoked refresh token');
  await isRefused(client.fetchUserInfo(config, access_token, claims().sub), 'a revoked access token', { status: 401 });
}

async function speakForItself(config) {
  const own = await client.clientCredentialsGrant(config);
  assert.equal((await client.tokenIntrospection(config, own.access_token)).sub, CLIENT_ID);
}

async function logOut(config, browser, idToken) {
  if (!config.serverMetadata().end_session_endpoint) return tell('there is no logout to try');
  await browser.visit(client.buildEndSessionUrl(config, { id_token_hint: idToken }));
  const { left, checks } = await comeBack(config, browser, { prompt: 'none' });
  await assert.rejects(client.authorizationCodeGrant(config, left, checks), { error: 'login_required' });
  tell('the person is logged out');
}

// What libraries take for granted where nobody has chosen; told so, this one takes nothing else.
const wantsWhatIsUsual = { id_token_signed_response_alg: 'RS256' };
for (const proof of [client.ClientSecretBasic, client.ClientSecretPost]) {
  const config = await client.discovery(new URL(ISSUER), CLIENT_ID, wantsWhatIsUsual, proof(CLIENT_SECRET), onPlainHttp);
  const browser = new Browser(person);
  const tokens = await logIn(config, browser);
  assert.equal(decodeProtectedHeader(tokens.id_token).alg, 'RS256', 'nobody has chosen');
  await tokensAreProvable(config.serverMetadata(), tokens, CLIENT_ID);
  await everythingElseIsRefused(config, browser);
  await letGo(config, await stayInTouch(config, tokens));
  await speakForItself(config);
  await logOut(config, browser, tokens.id_token);
  tell(`login, userinfo, refresh, introspection, revocation and an own token, by ${proof.name}`);
}

const wantsAnother = { id_token_signed_response_alg: 'ES256' };
const phone = await client.discovery(new URL(ISSUER), PUBLIC_CLIENT_ID, wantsAnother, client.None(), onPlainHttp);
const first = await logIn(phone, new Browser(person));
const second = await stayInTouch(phone, first);
assert.notEqual(second.refresh_token, first.refresh_token, 'the refresh token of a public client changes');
const third = await stayInTouch(phone, second);
await isRefused(client.refreshTokenGrant(phone, first.refresh_token), 'a refresh token from two turns ago');
await isRefused(client.refreshTokenGrant(phone, third.refresh_token), 'and the whole family after it');
tell('a public client, whose refresh tokens turn and whose family ends when one comes again');
