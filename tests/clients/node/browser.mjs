// A person at a browser: it keeps cookies, goes where it is sent, and fills in the forms it is shown. No script runs.

const TEXT = { '&#60;': '<', '&#62;': '>', '&#34;': '"', '&#39;': "'", '&#38;': '&' };
const MOST_STEPS = 12;

export class Browser {
  #cookies = new Map();
  #person;

  /** Of somebody with this email and password. */
  constructor(person) {
    this.#person = person;
  }

  /** Goes to an address as far as this site leads: gives the address elsewhere that it ends at, or the last page. */
  async visit(address) {
    const home = new URL(address).origin;
    let next = { url: new URL(address) };
    for (let step = 0; step < MOST_STEPS; step += 1) {
      if (next.url.origin !== home) return { left: next.url };
      const { answer, html } = await this.#send(next);
      const onward = answer.headers.get('location') ?? goesOnTo(html);
      const form = onward ? undefined : this.#wayOn(html);
      if (!onward && !form) return { answer, html };
      next = { url: new URL(onward ?? form.action, next.url), body: form?.body };
    }
    throw new Error(`${address} leads round in circles`);
  }

  async #send({ url, body }) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const method = body ? 'POST' : 'GET';
    const answer = await fetch(url, { method, body, redirect: 'manual', headers: { accept: 'text/html', cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
      if (/; Max-Age=0(;|$)/i.test(line)) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    const html = await answer.text();
    if (answer.status >= 400) throw new Error(`${method} ${url.pathname}: ${answer.status} ${html}`);
    return { answer, html };
  }

  // The form that leads on, filled in: a login, a yes to an application, or a yes to logging out.
  #wayOn(html) {
    const forms = [...html.matchAll(/<form [\s\S]*?<\/form>/g)].map(([form]) => read(form));
    const form =
      forms.find((form) => form.body.has('password')) ??
      forms.find((form) => form.body.get('answer') === 'allow') ??
      forms.find((form) => form.action.startsWith('/oauth/logout'));
    if (form?.body.has('password')) {
      form.body.set('email', this.#person.email);
      form.body.set('password', this.#person.password);
    }
    return form;
  }
}

function goesOnTo(html) {
  const [meta] = html.match(/<meta [^>]*http-equiv="refresh"[^>]*>/) ?? [];
  return attribute(meta, 'content')?.replace('0;url=', '');
}

function read(form) {
  const inputs = [...form.matchAll(/<(?:input|button) [^>]*>/g)].map(([input]) => input);
  const named = inputs.filter((input) => attribute(input, 'name'));
  const body = new URLSearchParams(named.map((input) => [attribute(input, 'name'), attribute(input, 'value') ?? '']));
  return { action: attribute(form, 'action'), body };
}

function attribute(tag, name) {
  const value = tag?.match(new RegExp(`\\s${name}="([^"]*)"`))?.[1];
  return value?.replace(/&#\d+;/g, (entity) => TEXT[entity] ?? entity);
}
