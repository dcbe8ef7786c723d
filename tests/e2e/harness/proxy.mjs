// A proxy through which a whole browser goes, so that no request of any kind can pass unseen: fetch, image, beacon, WebSocket, worker.
import { createServer, request as forward } from 'node:http';

// What the browsers themselves ask for, whatever page is open: time, updates, settings.
const BROWSERS_OWN = new Set([
  'accounts.google.com', 'clients2.google.com', 'clientservices.googleapis.com', 'content-autofill.googleapis.com', 'optimizationguide-pa.googleapis.com',
  'safebrowsingohttpgateway.googleapis.com', 'update.googleapis.com', 'www.google.com', 'android.clients.google.com', 'mtalk.google.com',
  'aus5.mozilla.org', 'content-signature-2.cdn.mozilla.net', 'contile.services.mozilla.com', 'detectportal.firefox.com', 'firefox-settings-attachments.cdn.mozilla.net',
  'firefox.settings.services.mozilla.com', 'incoming.telemetry.mozilla.org', 'push.services.mozilla.com', 'shavar.services.mozilla.com',
]);

/** The address as a URL, or null where it is none (`URL.parse` is newer than Node 18). */
function parsed(address) {
  try {
    return new URL(address);
  } catch {
    return null;
  }
}

/**
 * Starts a proxy that lets through what goes to `origin` only, also under the name `alias`; `foreign` lists everything else that was
 * asked for.
 */
export async function startProxy(origin, alias) {
  const home = new URL(origin);
  const foreign = [];
  let passed = 0;
  const note = (method, host, address) => {
    if (!BROWSERS_OWN.has(host)) foreign.push(`${method} ${address}`);
  };
  const server = createServer((request, response) => {
    const address = parsed(request.url);
    if (address?.host !== home.host && address?.host !== alias) {
      note(request.method, address?.hostname, request.url);
      return response.writeHead(502).end();
    }
    passed += 1;
    const onward = forward({ host: home.hostname, port: home.port, path: address.pathname + address.search, method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    return request.pipe(onward);
  });
  const refuse = (request, socket) => {
    note(request.method === 'CONNECT' ? 'CONNECT' : 'UPGRADE', request.url.split(':')[0], request.url);
    socket.on('error', () => {});
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  };
  server.on('connect', refuse);
  server.on('upgrade', refuse);
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return { port: server.address().port, foreign, get passed() { return passed; }, close: () => server.close() };
}
