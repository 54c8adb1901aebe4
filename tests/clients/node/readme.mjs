// The application that the README shows is met as a person meets it: they open it, log in, and are greeted.

import assert from 'node:assert/strict';
import { Browser } from './browser.mjs';

const { PORT, EMAIL, PASSWORD } = process.env;

async function open(address) {
  for (let patience = 100; ; patience -= 1) {
    try {
      return await fetch(address, { redirect: 'manual' });
    } catch (error) {
      if (patience === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

const sent = await open(`http://localhost:${PORT}/`);
const [cookie] = sent.headers.get('set-cookie').split(';');
const { left } = await new Browser({ email: EMAIL, password: PASSWORD }).visit(sent.headers.get('location'));
const greeted = await fetch(left, { headers: { cookie } });
const text = await greeted.text();
assert.equal(greeted.status, 200, text);
assert.ok(text.includes(EMAIL), text);
console.log(`  the README's application: ${text.trim()}`);
assert.equal((await fetch(left)).status, 400, 'another browser gets nothing for the same answer');
