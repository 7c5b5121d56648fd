import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findCompiler } from '../../../../scripts/setup/compiler.mjs';
import type { SpawnRequest } from '../../../../src/platform/helper/index.js';
import { endProcess, eventually } from './processes.js';

const source = fileURLToPath(new URL('../../../fixtures/helper/held.c', import.meta.url));

/** Programs that stay after they are killed, until they are released. */
export class HeldPrograms {
  private readonly binary: string;
  private readonly files: string[] = [];

  constructor(private readonly folder: string) {
    this.binary = join(folder, 'held');
    const compiler = process.env.CC ?? findCompiler() ?? 'cc';
    execFileSync(compiler, ['-o', this.binary, source], { stdio: 'pipe' });
  }

  /** A request for one more. It prints `held` when it is held; with `flood`, without end. */
  request(request: Partial<SpawnRequest> = {}, ...args: 'flood'[]): SpawnRequest {
    const file = join(this.folder, `held-${this.files.length}`);
    this.files.push(file);
    return { path: this.binary, argv: ['held', file, ...args], env: {}, ...request };
  }

  /** Waits until all requested programs are held. */
  async held(): Promise<void> {
    await eventually('the programs are held', () => this.files.every((file) => existsSync(file)));
  }

  /** Releases the killed programs. */
  letGo(): void {
    for (const file of this.files.splice(0)) if (existsSync(file)) endProcess(Number(readFileSync(file)));
  }
}

/** Whether a process has ended but was not reaped. */
export function isZombie(pid: number): boolean {
  try {
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
