// Other programs that measure, and print one JSON object a line: the peers' benchmark and the native `graft bench`.
import { spawn } from 'node:child_process';

/** Runs a program for at most `seconds` and gives the objects it printed; rejects with the last line of its messages when it fails. */
export function jsonLines(program, args, { cwd, seconds }) {
  return new Promise((done, reject) => {
    const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const timer = setTimeout(() => child.kill(), seconds * 1000);
    const text = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr']) child[stream].on('data', (data) => (text[stream] += data));
    child.on('error', reject);
    child.on('close', (status, signal) => {
      clearTimeout(timer);
      const lines = text.stdout.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
      if (status === 0) return done(lines);
      const said = text.stderr.trim().split('\n').at(-1);
      reject(new Error(signal ? `no result within ${seconds} s` : said || `exit status ${status}`));
    });
  });
}
