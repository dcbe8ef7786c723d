// Serves the built page on 127.0.0.1, with the headers of `make serve`; a browser's first visit, so nothing is answered from its cache.
import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import { headersOf, resolveFile } from '../static.mjs';

/** Starts the server; gives `{ url, close() }`. */
export async function serve(folder) {
  const server = createServer(async (request, response) => {
    const found = await resolveFile(folder, request.url.split(/[?#]/, 1)[0].slice(1));
    if (!found) return response.writeHead(404).end();
    response.writeHead(200, headersOf(found));
    createReadStream(found.file).on('error', () => response.destroy()).pipe(response);
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}
