// Takes one delivery and has it verified by `standardwebhooks`, `svix` and, with PUBLIC_KEY, node itself. Each of SECRETS
// must verify it, and none may verify it once it was changed.

import { createPublicKey, verify as verifySignature } from 'node:crypto';
import { createServer } from 'node:http';
import { Webhook as Standard, WebhookVerificationError as StandardRefusal } from 'standardwebhooks';
import { Webhook as Svix, WebhookVerificationError as SvixRefusal } from 'svix';

const { PORT, SECRETS, PUBLIC_KEY } = process.env;
const libraries = { standardwebhooks: Standard, svix: Svix };

class Refusal extends Error {}

// That this takes the very text that came, and refuses another.
function mustVerify(what, verify, body) {
  verify(body);
  try {
    verify(body.replace('"id"', '"ID"'));
  } catch (error) {
    if (![StandardRefusal, SvixRefusal, Refusal].some((refusal) => error instanceof refusal)) throw error;
    console.log(`  node: ${what} verified it, and refused what was changed`);
    return;
  }
  throw new Error(`${what} takes what was not signed`);
}

// Standard Webhooks 1.0.0 as it is written: the libraries know no `v1a`.
function asymmetric(headers) {
  const x = Buffer.from(PUBLIC_KEY.replace(/^whpk_/, ''), 'base64').toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const signed = headers['webhook-signature'].split(' ').find((signature) => signature.startsWith('v1a,'));
  const signature = Buffer.from(signed.slice('v1a,'.length), 'base64');
  return (body) => {
    const message = Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`);
    if (!verifySignature(null, message, key, signature)) throw new Refusal();
  };
}

function verify(body, headers) {
  SECRETS.split(' ').forEach((secret, index) => {
    for (const [name, Library] of Object.entries(libraries)) {
      const webhook = new Library(secret);
      mustVerify(`${name}, secret ${index + 1},`, (text) => webhook.verify(text, headers), body);
    }
  });
  if (PUBLIC_KEY) mustVerify('node:crypto, by the public key,', asymmetric(headers), body);
}

const server = createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  // What is thrown here ends the program, and with that the script.
  verify(Buffer.concat(parts).toString(), request.headers);
  response.writeHead(204).end(() => process.exit(0));
});
server.listen(Number(PORT), '127.0.0.1');
// Whoever waits for this program does not do so for ever.
setTimeout(() => process.exit(1), 60_000);
