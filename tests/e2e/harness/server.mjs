// Serves the built page to the tests: each test gets a copy of its own at its own sub-path, with its own log and its own faults.
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { headersOf, resolveFile } from '../../../tools/static.mjs';

/** Starts the server for the site in `dist`, with the files of `overlay` (name → bytes) laid over it; gives `{ site(faults), close() }`. */
export async function startServer(dist, overlay = {}) {
  const sites = new Map();
  const server = createServer((request, response) => {
    const [, , , number] = request.url.split('/');
    const site = sites.get(number);
    if (!site) return response.writeHead(404).end();
    site.answer(request, response).catch((error) => {
      site.errors.push(error);
      response.destroy();
    });
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const origin = `http://127.0.0.1:${server.address().port}`;
  return {
    origin,
    /** A fresh copy of the site. */
    site(faults = {}) {
      const number = String(sites.size + 1);
      const site = new Site(dist, overlay, origin, `/some/where/${number}/`, faults);
      sites.set(number, site);
      return site;
    },
    close: () => server.close(),
  };
}

/**
 * One copy of the site. Faults, all optional:
 * `engine`: JavaScript put before the engine's own, in which `__REPORT__` is an address that `reports` collects; `times`: how often
 * (always by default; 1: the engine that is started again is whole);
 * `html`: a function from the page's text to another; `stripPolicy`: serves the page without its Content-Security-Policy;
 * `weights`: a function from a weight file's bytes and name to other bytes; `slow`: bytes a second of weight files; `maxAge`: seconds for which everything may be kept
 * (what many static hosts send); `files`: more files, by name, as bytes or as a path.
 */
class Site {
  constructor(dist, overlay, origin, mount, faults) {
    Object.assign(this, { dist, overlay, mount, faults, url: origin + mount, log: [], reports: [], errors: [], stopped: false, engineFaults: 0 });
    /** `release()` lets go who asked for `__report/gate`. */
    this.released = new Promise((release) => Object.assign(this, { release }));
  }

  /** From now on the server is gone for this site. */
  stop() {
    this.stopped = true;
  }

  start() {
    this.stopped = false;
  }

  /** The addresses asked for, below the mount point. */
  get asked() {
    return this.log.map((entry) => entry.path);
  }

  async answer(request, response) {
    if (this.stopped) return response.destroy();
    const address = new URL(request.url, 'http://x');
    const name = decodeURIComponent(address.pathname.slice(this.mount.length));
    if (name.startsWith('__report/')) {
      this.reports.push(name.slice('__report/'.length) + address.search);
      if (name === '__report/gate') await this.released;
      return response.writeHead(204).end();
    }
    if (name === '__blank') return response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>blank</title>');
    const extra = this.faults.files?.[name];
    if (extra !== undefined) {
      const body = typeof extra === 'string' ? readFileSync(extra) : extra;
      return response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': body.length }).end(body);
    }
    const laid = this.overlay[name];
    const found = laid ? { file: name, size: laid.length, etag: `"laid-${laid.length}"` } : await resolveFile(this.dist, address.pathname.slice(this.mount.length));
    const entry = { method: request.method, path: name, search: address.search, status: found ? 200 : 404, length: Number(request.headers['content-length'] ?? 0) };
    this.log.push(entry);
    if (!found) return response.writeHead(404).end();
    const headers = headersOf(found);
    if (this.faults.maxAge !== undefined) headers['cache-control'] = `max-age=${this.faults.maxAge}`;
    else if (request.headers['if-none-match'] === found.etag && !this.changes(found.file)) {
      entry.status = 304;
      delete headers['content-length'];
      return response.writeHead(304, headers).end();
    }
    const changed = this.changes(found.file);
    const body = await this.body(found.file);
    if (changed) headers['cache-control'] = 'no-store'; // a fault that is over must not live on in the cache
    headers['content-length'] = body.length;
    response.writeHead(200, headers);
    if (this.faults.slow && found.file.endsWith('.safetensors')) return this.drip(response, body);
    return response.end(request.method === 'HEAD' ? undefined : body);
  }

  /** Sends the body little by little, for as long as it is wanted and the server slow. */
  async drip(response, body) {
    let at = 0;
    while (this.faults.slow && at < body.length && !response.destroyed) {
      const end = at + Math.ceil(this.faults.slow / 10);
      response.write(body.subarray(at, end));
      at = end;
      await new Promise((done) => setTimeout(done, 100));
    }
    if (!response.destroyed) response.end(body.subarray(at));
  }

  changes(file) {
    const { engine, html, stripPolicy, weights } = this.faults;
    return (engine && isEngine(file) && this.engineFaults < (this.faults.times ?? Infinity)) || ((html || stripPolicy) && file.endsWith('.html')) || (weights && file.endsWith('.safetensors'));
  }

  /** A file's bytes, with this site's faults in them. */
  async body(file) {
    let body = this.overlay[file] ?? (await readFile(file));
    const { engine, html, stripPolicy, weights } = this.faults;
    if (isEngine(file) && this.changes(file)) {
      this.engineFaults += 1;
      this.reports.push('engine-patched');
      body = Buffer.concat([Buffer.from(`${engine.replaceAll('__REPORT__', `${this.url}__report/`)}\n`), body]);
    }
    if (file.endsWith('.html')) {
      let text = body.toString();
      if (stripPolicy) text = text.replace(/<meta[^>]+http-equiv=["']?content-security-policy[^>]*>/gi, () => (this.reports.push('policy-stripped'), ''));
      if (html) text = html(text);
      body = Buffer.from(text);
    }
    if (weights && file.endsWith('.safetensors')) body = weights(body, path.basename(file));
    return body;
  }
}

const isEngine = (file) => /^engine[^/]*\.js$/.test(path.basename(file));
