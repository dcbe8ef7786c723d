// Serves a folder on this machine only: node tools/serve.mjs FOLDER [--port=8080] [--mount=/some/where/]
import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { headersOf, resolveFile } from './static.mjs';

const usage = 'usage: node tools/serve.mjs FOLDER [--port=8080] [--mount=/some/where/]';
const args = process.argv.slice(2);
const option = (name, otherwise) => args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3) || otherwise;
const folder = args.find((arg) => !arg.startsWith('--'));
const port = Number(option('port', '8080'));
const mount = `/${option('mount', '/')}/`.replace(/\/+/g, '/');

function stop(message) {
  console.error(`serve: ${message}`);
  process.exit(2);
}
if (!folder) stop(usage);
if (!Number.isInteger(port) || port < 0 || port > 65535) stop(`port: expected a number from 0 to 65535, found '${option('port')}'. ${usage}`);
const root = path.resolve(folder);

const server = createServer(async (request, response) => {
  const answer = (status, headers = {}) => response.writeHead(status, headers).end();
  if (request.method !== 'GET' && request.method !== 'HEAD') return answer(405, { allow: 'GET, HEAD' });
  const pathname = request.url.split(/[?#]/, 1)[0];
  if (!pathname.startsWith(mount)) return `${pathname}/` === mount ? answer(301, { location: mount }) : answer(404);
  const found = await resolveFile(root, pathname.slice(mount.length));
  if (!found) return answer(404);
  const headers = headersOf(found);
  if (request.headers['if-none-match'] === found.etag) {
    delete headers['content-length'];
    return answer(304, headers);
  }
  if (request.method === 'HEAD') return answer(200, headers);
  response.writeHead(200, headers);
  createReadStream(found.file).on('error', () => response.destroy()).pipe(response);
});

server.on('error', (error) => {
  if (error.code === 'EADDRINUSE') stop(`port ${port} is in use. Choose another: PORT=${port + 1} make serve`);
  if (error.code === 'EACCES') stop(`port ${port} may not be used by this account. Choose one from 1024: PORT=8080 make serve`);
  stop(error.message);
});
// Only this machine: the page needs a secure context for WebGPU, which plain http has on localhost alone.
server.listen(port, '127.0.0.1', () => console.log(`Graft is served on http://127.0.0.1:${server.address().port}${mount === '/' ? '' : mount}  (Ctrl+C stops it)`));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(0));
