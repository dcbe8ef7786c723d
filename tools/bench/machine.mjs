// The machine in words, for the table's heading.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

function firstLine(program, ...args) {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim().split('\n')[0];
  } catch {
    return null;
  }
}

function osName() {
  if (!existsSync('/etc/os-release')) return `${os.type()} ${os.release()}`;
  return /^PRETTY_NAME="?(.*?)"?$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? os.type();
}

/** `{ date, computer, browser, peer }`; `peers`: the folder of the peers' benchmark, or null. */
export function describeMachine({ chromium, peers }) {
  const cpus = os.cpus();
  const { dependencies } = peers ? JSON.parse(readFileSync(path.join(peers, 'package.json'), 'utf8')) : {};
  return {
    date: new Date().toISOString().slice(0, 10),
    computer: `${cpus.length} cores of ${cpus[0]?.model.trim() ?? 'an unknown CPU'}, ${Math.round(os.totalmem() / 2 ** 30)} GiB, ${osName()}`,
    browser: (firstLine(chromium, '--version') ?? 'Chromium').replace(/ built on.*/, ''),
    peer: dependencies ? `TensorFlow.js ${dependencies['@tensorflow/tfjs-core']}` : null,
  };
}
