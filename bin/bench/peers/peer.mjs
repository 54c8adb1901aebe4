// What both peers have in common: their client, and how they tell the bench where to call.

import { createServer } from 'node:http';

const PORT = Number(process.argv[2]);

export const ORIGIN = `http://127.0.0.1:${PORT}`;
export const CLIENT = { client_id: 'bench', client_secret: 'as-long-as-one-that-was-drawn-by-chance' };
export const REDIRECT_URI = 'https://app.example.com/callback';
export const RESOURCE = 'https://api.example.com/';
export const CALLERS = 32;
export const WEEK = 7 * 24 * 3600;

// Answers GET /bench with what a caller has to know, and everything else by `listener`.
export function serve(listener, told) {
  const { scope, cookies, ...paths } = told;
  const sessions = cookies.map((cookie) => `Cookie: ${cookie}`);
  const body = JSON.stringify({ ...paths, ...CLIENT, redirect_uri: REDIRECT_URI, resource: RESOURCE, scope, sessions });
  const server = createServer((request, response) => {
    if (request.url !== '/bench') return listener(request, response);
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
    response.end(body);
  });
  server.listen(PORT, '127.0.0.1');
}
