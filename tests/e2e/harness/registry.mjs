// The tests that the test files declare, and the things they share.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');

/** A path beside the project, where the reference figures, the public weights and the photos lie on the machines that have them. */
export const shared = (...parts) => path.join(ROOT, '..', 'shared', ...parts);

export const tests = [];

/**
 * Declares a test. It runs once in each browser, each time with a fresh profile and a fresh copy of the site.
 *
 * `options.seconds`: its time-out (60). `options.browsers`: those it applies to (both). `options.mayFail`: a pattern; uncaught errors that
 * match it may be reported, as the test provokes them (`true`: any).
 */
export function test(name, options, body) {
  tests.push({ name, seconds: 60, browsers: ['chromium', 'firefox'], ...options, body });
}

/** Thrown to end a test that cannot run here. */
export class NotRun extends Error {}

/** Ends the test as not run, with the reason. */
export function notRun(reason) {
  throw new NotRun(reason);
}

/** Ends the test as not run where the file is missing. */
export function need(file) {
  if (!existsSync(file)) notRun(`${path.relative(ROOT, file)} is missing`);
  return file;
}
