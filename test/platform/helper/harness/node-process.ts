import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const fixtures = fileURLToPath(new URL('../../../fixtures/helper/', import.meta.url));

/** A Node process that runs one of the fixtures. */
export class NodeProcess {
  readonly child: ChildProcess;
  /** The exit code. */
  readonly ended: Promise<number | null>;
  /** What it has printed so far. */
  output = '';

  constructor(fixture: string, ...args: string[]) {
    this.child = spawn(process.execPath, ['--import', 'tsx', `${fixtures}${fixture}`, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.output += text;
    });
    this.ended = once(this.child, 'close').then(([code]) => code);
  }

  /** Whether a whole line has arrived. */
  get hasSpoken(): boolean {
    return this.output.endsWith('\n');
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}
