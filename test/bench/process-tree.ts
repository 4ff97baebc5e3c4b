/** Runs a program and everything it starts: how long, and how much memory. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Run {
  readonly wallMs: number;
  /** Highest resident memory of each process of the tree, summed; null where the system does not tell (Linux does). */
  readonly peakBytes: number | null;
  readonly out: string;
}

const sampleEveryMs = 25;

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Gone since it was listed.
    return '';
  }
}

function treeOf(pid: number): readonly number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return [pid, ...children.flatMap(treeOf)];
}

/** VmHWM is the kernel's own high-water mark, so a sample can't miss what came before it. */
function peakBytesOf(pid: number): number {
  const kib = /^VmHWM:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1];
  return kib === undefined ? 0 : Number(kib) * 1024;
}

function watchMemory(pid: number): () => number | null {
  const peaks = new Map<number, number>();
  const sample = (): void => {
    for (const each of treeOf(pid)) peaks.set(each, Math.max(peaks.get(each) ?? 0, peakBytesOf(each)));
  };
  const timer = setInterval(sample, sampleEveryMs);
  return () => {
    clearInterval(timer);
    const sum = [...peaks.values()].reduce((all, one) => all + one, 0);
    return sum === 0 ? null : sum;
  };
}

/** Runs it to its end; fails unless it ends well. */
export function runProgram(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  input = '',
): Promise<Run> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdin.end(input);
    const peak = child.pid === undefined ? () => null : watchMemory(child.pid);
    let wallMs = 0;
    let out = '';
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.on('error', reject);
    child.on('exit', () => {
      wallMs = performance.now() - started;
    });
    child.on('close', (code, signal) => {
      const peakBytes = peak();
      if (code === 0) resolve({ wallMs, peakBytes, out });
      else reject(new Error(`${[command, ...args].join(' ')} ended with ${signal ?? code}: ${said}`));
    });
  });
}
