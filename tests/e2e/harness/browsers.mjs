// Starts Chromium (over CDP) and Firefox (over WebDriver BiDi) so that the same test drives either.
import { existsSync } from 'node:fs';
import path from 'node:path';
import puppeteer from 'puppeteer-core';

const NAMES = {
  chromium: [process.env.CHROMIUM, 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium'],
  firefox: [process.env.FIREFOX, 'firefox-esr', 'firefox', '/Applications/Firefox.app/Contents/MacOS/firefox'],
};

/** The path of an installed browser, or undefined. */
export function find(kind) {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return NAMES[kind].filter(Boolean)
    .flatMap((name) => (name.includes('/') ? [name] : folders.map((folder) => path.join(folder, name))))
    .find((file) => existsSync(file));
}

// Quiet, and with WebGPU on the processor, which is everywhere; a machine's own GPU is measured, not tested.
const CHROMIUM_FLAGS = [
  '--no-sandbox', // containers and continuous integration run as root
  '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run', '--disable-default-apps',
  '--disable-extensions', '--disable-domain-reliability', '--mute-audio',
  '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader',
  '--js-flags=--expose-gc', // for the tests that look at memory
];

const FIREFOX_PREFERENCES = {
  'dom.webgpu.enabled': true,
  'dom.webgpu.workers.enabled': true,
  'gfx.webgpu.ignore-blocklist': true,
  'gfx.webgpu.force-enabled': true,
  'app.update.enabled': false,
  // Its own errands, some of which begin half a minute after the start: not within any test.
  'app.update.timerFirstInterval': 86_400_000,
  'app.update.timerMinimumDelay': 86_400,
  'services.settings.server': 'data:,#remote-settings-dummy/v1',
  'browser.safebrowsing.downloads.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
};

// Cameras of the browsers' own making, and a person who allows or denies them.
const CHROMIUM_CAMERA = {
  allowed: ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
  denied: ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream=deny'],
};
const FIREFOX_CAMERA = {
  allowed: { 'media.navigator.streams.fake': true, 'media.navigator.permission.disabled': true },
  denied: { 'media.navigator.streams.fake': true, 'permissions.default.camera': 2 },
};

/**
 * Starts a browser. `camera`: it has one, and a person who has `allowed` or `denied` it. `proxy`: a local port through which it sends every request, those to this machine included.
 * `dark`: prefers a dark page.
 */
export async function launch(kind, { proxy, camera, dark = false } = {}) {
  const executablePath = find(kind);
  if (!executablePath) throw new Error(`${kind} is not installed; name it in ${kind.toUpperCase()}=/path/to/${kind}`);
  if (kind === 'chromium') {
    const args = [...CHROMIUM_FLAGS, ...(CHROMIUM_CAMERA[camera] ?? [])];
    if (proxy) args.push(`--proxy-server=127.0.0.1:${proxy}`, '--proxy-bypass-list=<-loopback>');
    return puppeteer.launch({ browser: 'chrome', executablePath, headless: true, args, protocolTimeout: 300_000 });
  }
  const extraPrefsFirefox = { ...FIREFOX_PREFERENCES, ...FIREFOX_CAMERA[camera], 'layout.css.prefers-color-scheme.content-override': dark ? 0 : 1 };
  if (proxy) {
    Object.assign(extraPrefsFirefox, {
      'network.proxy.type': 1,
      'network.proxy.http': '127.0.0.1',
      'network.proxy.http_port': proxy,
      'network.proxy.ssl': '127.0.0.1',
      'network.proxy.ssl_port': proxy,
      'network.proxy.no_proxies_on': '',
      'network.proxy.allow_hijacking_localhost': true,
    });
  }
  return puppeteer.launch({ browser: 'firefox', executablePath, headless: true, extraPrefsFirefox, protocolTimeout: 300_000 });
}
