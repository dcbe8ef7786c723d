// A fresh Chromium with a fresh profile for each case, started as the peers' benchmark starts it.
import { chromium } from 'playwright-core';

// WebGPU on SwiftShader computes on the processor, on every machine alike; both sides are measured so.
const FLAGS = [
  '--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run',
  '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader',
];

/** Runs `use(page, browser)` in a fresh browser, for at most `seconds`; rejects also when the page crashes. */
export async function withPage(executablePath, seconds, use) {
  const browser = await chromium.launch({ executablePath, headless: true, args: FLAGS });
  let timer;
  try {
    const page = await browser.newPage();
    const ended = new Promise((_, reject) => {
      page.on('crash', () => reject(new Error('the page crashed')));
      timer = setTimeout(() => reject(new Error(`no result within ${seconds} s`)), seconds * 1000);
    });
    return await Promise.race([use(page, browser), ended]);
  } finally {
    clearTimeout(timer);
    await Promise.race([browser.close(), new Promise((done) => setTimeout(done, 5000))]);
  }
}
