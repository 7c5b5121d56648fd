import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { whatStays } from '../../fixtures/what-stays.js';
import { filesUnder } from '../../integration/harness/files.js';
import { Program } from './program.js';

/** One run of the plugin; `begin` and `end` are positions in the sequence of all beginnings and ends. */
export interface Run {
  /** The program that ran it; `test` for the test itself. */
  readonly actor: string;
  readonly verb: string;
  /** The container; empty for GC. */
  readonly id: string;
  readonly begin: number;
  /** Infinite if it did not end. */
  readonly end: number;
}

/** A network in memory for several programs at a time, with one plugin that only records its runs. */
export class Arena implements AsyncDisposable {
  readonly #root: string;
  readonly #programs: Program[] = [];

  private constructor(root: string) {
    this.#root = root;
  }

  static async create(): Promise<Arena> {
    // In memory, so that ten thousand operations do not wait for a disk to sync.
    const root = await mkdtemp('/run/libcni-faults-');
    await mkdir(join(root, 'net.d'));
    await mkdir(join(root, 'bin'));
    const conf = { cniVersion: '1.1.0', name: 'net', plugins: [{ type: 'recording' }] };
    await writeFile(join(root, 'net.d', 'net.conflist'), JSON.stringify(conf));
    await writeFile(join(root, 'bin', 'recording'), script(join(root, 'log')));
    await chmod(join(root, 'bin', 'recording'), 0o755);
    return new Arena(root);
  }

  /** The options of every operator here. */
  get options() {
    const [confDir, binDir] = [join(this.#root, 'net.d'), join(this.#root, 'bin')];
    return { confDir, binDirs: [binDir], cacheDir: join(this.#root, 'cache'), loopback: 'none' as const };
  }

  /** Starts a program with these settings and the options. Its plugins take some seconds if requested. */
  start(program: string, actor: string, settings: object, pluginSeconds = 0): Program {
    const env = { FAULT_ACTOR: actor, ...(pluginSeconds > 0 && { FAULT_SECONDS: String(pluginSeconds) }) };
    const started = new Program(program, { ...this.options, ...settings }, env);
    this.#programs.push(started);
    return started;
  }

  /** The runs of the plugin so far, in the order in which they began. */
  async runs(): Promise<Run[]> {
    const lines = (await readFile(join(this.#root, 'log'), 'utf8').catch(() => ''))
      .split('\n')
      .filter(Boolean);
    const open = new Map<string, { end: number }>();
    return lines.flatMap((line, place) => {
      const [what, pid = '', actor = '', verb = '', id = ''] = line.split(' ');
      const begun = open.get(pid);
      if (what === 'end' && begun !== undefined) begun.end = place;
      if (what === 'end') return [];
      const run = { actor, verb, id, begin: place, end: Number.POSITIVE_INFINITY };
      open.set(pid, run);
      return [run];
    });
  }

  /** The containers that have an attachment in the cache. */
  async cached(): Promise<string[]> {
    const names = await readdir(join(this.options.cacheDir, 'results')).catch(() => []);
    return names.map((name) => name.replace(/^net-(.*)-eth0$/, '$1')).sort();
  }

  /** Locks, journal entries and temporary files: everything but cache entries and their notes. */
  stateLeft(): Promise<string[]> {
    return whatStays(() => this.#stateNow());
  }

  async #stateNow(): Promise<string[]> {
    const files = await filesUnder(this.options.cacheDir);
    const notes = (await this.cached()).map((id) => `/attached/net+${id}+eth0`);
    const isAccounted = (file: string) =>
      file.includes('/results/') || notes.some((note) => file.endsWith(note));
    return files.filter((file) => !isAccounted(file)).map((file) => basename(file));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#programs.map((program) => program[Symbol.asyncDispose]()));
    await rm(this.#root, { recursive: true, force: true });
  }
}

/** Appending a line is one write, so lines are in the order of time. */
function script(log: string): string {
  return `#!/bin/sh
run="$$ \${FAULT_ACTOR:-test} $CNI_COMMAND $CNI_CONTAINERID"
echo "begin $run" >> ${log}
[ -z "$FAULT_SECONDS" ] || sleep "$FAULT_SECONDS"
[ "$CNI_COMMAND" != ADD ] || echo '{"cniVersion":"1.1.0"}'
echo "end $run" >> ${log}
`;
}
