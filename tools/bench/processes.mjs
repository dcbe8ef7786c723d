// What the browser's processes need, and what others take from the machine at the same time, both read from /proc (Linux); elsewhere null.
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const TICKS_A_SECOND = 100; // USER_HZ, the unit of /proc's CPU times on every Linux
const LINUX = existsSync('/proc/self/status');

/** Reads `/proc/<pid>/<name>` of every process: pid → text; processes that have gone meanwhile are left out. */
function readAll(name) {
  const texts = new Map();
  for (const pid of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      texts.set(Number(pid), readFileSync(`/proc/${pid}/${name}`, 'utf8'));
    } catch {
      // It ended between the two calls.
    }
  }
  return texts;
}

/** The pids below `root` in the tree of processes, itself included; `parents`: pid → its parent's pid. */
function descendants(root, parents) {
  const found = [root];
  for (let at = 0; at < found.length; at += 1) for (const [pid, parent] of parents) if (parent === found[at]) found.push(pid);
  return found;
}

/**
 * MiB of the browser's largest renderer and of its GPU process (where SwiftShader computes): `{ renderer: { now, peak }, gpu: { now, peak } }`,
 * resident set (VmRSS) and its peak (VmHWM). The browser must have been started by this program.
 */
export function memory() {
  if (!LINUX) return null;
  const status = readAll('status');
  const field = (pid, name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status.get(pid))?.[1] ?? 0);
  const parents = new Map([...status.keys()].map((pid) => [pid, field(pid, 'PPid')]));
  const commands = readAll('cmdline');
  const found = {};
  for (const pid of descendants(process.pid, parents)) {
    const type = /--type=([a-z-]+)/.exec(commands.get(pid) ?? '')?.[1];
    const name = { renderer: 'renderer', 'gpu-process': 'gpu' }[type];
    const peak = Math.round(field(pid, 'VmHWM') / 1024);
    if (name && peak > (found[name]?.peak ?? 0)) found[name] = { now: Math.round(field(pid, 'VmRSS') / 1024), peak };
  }
  return found;
}

/**
 * Watches the peaks, of this program's browser and of one that a program it started has: Chromium itself sets VmHWM back now and then, so that
 * a look at the end may miss the highest. The function it gives ends the watch and says `{ renderer, 'gpu-process' }`, MiB.
 */
export function watchPeaks() {
  const INTERVAL_MS = 300;
  const peaks = {};
  const look = () => {
    for (const [name, { peak }] of Object.entries(memory() ?? {})) peaks[name] = Math.max(peaks[name] ?? 0, peak);
  };
  const timer = setInterval(look, INTERVAL_MS);
  return () => {
    clearInterval(timer);
    return peaks.renderer ? { renderer: peaks.renderer, 'gpu-process': peaks.gpu } : null;
  };
}

/** CPU seconds of every process since it started, `own` and with those of `ended` children, and its parent: pid → `{ own, ended, parent }`. */
function processes() {
  const found = new Map();
  for (const [pid, text] of readAll('stat')) {
    // The command's name, in brackets, may hold spaces: the fields are counted from behind it. ppid is 4; utime, stime, cutime, cstime are 14 to 17.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ').map(Number);
    found.set(pid, { parent: fields[1], own: (fields[11] + fields[12]) / TICKS_A_SECOND, ended: (fields[13] + fields[14]) / TICKS_A_SECOND });
  }
  return found;
}

/** This program and what it started. */
const ourPids = (found) => descendants(process.pid, new Map([...found].map(([pid, { parent }]) => [pid, parent])));

/** CPU seconds of the machine since it started. */
function machineSeconds() {
  // "cpu  user nice system idle iowait irq softirq steal …"
  const [user, nice, system, , , irq, softirq, steal = 0] = readFileSync('/proc/stat', 'utf8').split('\n')[0].trim().split(/\s+/).slice(1).map(Number);
  return (user + nice + system + irq + softirq + steal) / TICKS_A_SECOND;
}

/** CPU seconds that this program and what it started took so far; null where that is not known. On a busy machine they say more than the clock. */
export function taken() {
  if (!LINUX) return null;
  const found = processes();
  return ourPids(found).reduce((sum, pid) => sum + (found.get(pid)?.own ?? 0) + (found.get(pid)?.ended ?? 0), 0);
}

/**
 * Starts watching what other processes take; the function it gives ends the watch and says how many cores that was on average.
 *
 * A browser's processes are not waited for by anyone of ours when it ends, so that what they took is gone then: each is looked at while it lives.
 */
export function watchOthers() {
  if (!LINUX) return () => null;
  const INTERVAL_MS = 250;
  const ours = new Map(); // pid → { first, last }, CPU seconds of its own
  const look = (first) => {
    const found = processes();
    for (const pid of ourPids(found)) {
      const { own } = found.get(pid) ?? { own: 0 };
      const seen = ours.get(pid);
      if (seen) seen.last = own;
      else ours.set(pid, { first: first ? own : 0, last: own });
    }
  };
  const from = { machine: machineSeconds(), at: performance.now() };
  look(true);
  const timer = setInterval(look, INTERVAL_MS, false);
  return () => {
    clearInterval(timer);
    look(false);
    const took = [...ours.values()].reduce((sum, { first, last }) => sum + last - first, 0);
    const cores = (machineSeconds() - from.machine - took) / ((performance.now() - from.at) / 1000);
    return Number(Math.max(0, cores).toFixed(2));
  };
}
