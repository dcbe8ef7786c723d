// Files of a folder as a static host gives them; shared by `make serve` and by the tests' server.
import { stat } from 'node:fs/promises';
import path from 'node:path';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.wasm': 'application/wasm', // without it a browser cannot compile while it downloads
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
  '.gif': 'image/gif',
  '.ico': 'image/x-icon',
  '.txt': 'text/plain; charset=utf-8',
};

/** The content type by a file's name. */
export const contentType = (file) => TYPES[path.extname(file).toLowerCase()] ?? 'application/octet-stream';

// A name that holds 16 digits of the content's checksum never means other bytes.
const NAMED_BY_CONTENT = /-[0-9a-f]{16}(_bg)?\.[a-z]+$/;

/** How long a browser may keep a file: for ever where its name holds its checksum; otherwise it asks each time (and may get 304). */
export const cacheControl = (file) => (NAMED_BY_CONTENT.test(path.basename(file)) ? 'public, max-age=31536000, immutable' : 'no-cache');

/**
 * The file that an address means, or null: `{ file, size, etag }`.
 * `pathname` is the address's path below the mount point, still percent-encoded. Nothing outside `root` is ever named.
 */
export async function resolveFile(root, pathname) {
  let decoded;
  try {
    decoded = decodeURIComponent(pathname);
  } catch {
    return null; // malformed percent-encoding
  }
  if (decoded.includes('\0') || decoded.includes('\\')) return null;
  const file = path.join(root, decoded.endsWith('/') || decoded === '' ? `${decoded}index.html` : decoded);
  if (path.relative(root, file).split(path.sep)[0] === '..') return null;
  try {
    const status = await stat(file);
    if (!status.isFile()) return null;
    return { file, size: status.size, etag: `"${status.size.toString(16)}-${Math.round(status.mtimeMs).toString(16)}"` };
  } catch {
    return null;
  }
}

/** The headers of a file. */
export const headersOf = ({ file, size, etag }) => ({
  'content-type': contentType(file),
  'content-length': size,
  'cache-control': cacheControl(file),
  etag,
  'x-content-type-options': 'nosniff',
});
