import { existsSync, linkSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CacheState, jsonOrText, type Observation, readCache, takeRuns } from './observe.js';
import type { Answer, Request } from './protocol.js';
import { OTHER, ROOT, type Stage } from './stage.js';

const recorder = fileURLToPath(new URL('../oracle/build/recorder', import.meta.url));

/** Makes a library perform a request. The answer is text, so that paths in it can be replaced. */
export type Ask = (request: Request) => Promise<Answer>;

/** A folder in which one library performs a case. It is made only if the case needs one. */
export class Arena implements Disposable {
  readonly root: string | undefined;

  constructor(stage: Stage) {
    if (Object.keys(stage).length === 0) return;
    this.root = mkdtempSync(join(tmpdir(), 'conformance-'));
    fill(this.root, stage);
  }

  /** Makes a library perform a step here, and observes all that it did. */
  async play(request: Request, ask: Ask, other?: Arena): Promise<Observation> {
    const root = this.root;
    if (root === undefined) return { answer: await ask(request), runs: [], ...this.cache() };
    const otherRoot = other?.root ?? OTHER;
    const text = JSON.stringify(request).replaceAll(ROOT, root).replaceAll(OTHER, otherRoot);
    const answer = JSON.stringify(await ask(JSON.parse(text))).replaceAll(root, ROOT);
    return {
      answer: JSON.parse(answer.replaceAll(otherRoot, OTHER)),
      runs: takeRuns(join(root, 'record'), (text) => jsonOrText(text.replaceAll(root, ROOT))),
      ...this.cache(),
    };
  }

  /** The current cache. */
  cache(): CacheState {
    return this.root === undefined ? { files: {}, texts: {} } : readCache(join(this.root, 'cache'));
  }

  [Symbol.dispose](): void {
    if (this.root) rmSync(this.root, { recursive: true, force: true });
  }
}

function fill(root: string, { plugins = [], answers = [], files = {}, folders = [] }: Stage): void {
  for (const folder of ['bin', 'answers', ...folders]) mkdirSync(join(root, folder), { recursive: true });
  for (const type of new Set(plugins)) linkSync(recorder, join(root, 'bin', type));
  for (const { type, verb, exitCode, stdout, stderr } of answers) {
    const [out, err] = [Buffer.from(stdout), Buffer.from(stderr)];
    const head = Buffer.from(`${exitCode} ${out.length} ${err.length}\n`);
    const file = join(root, 'answers', type ? `${type}.${verb}` : verb);
    writeFileSync(file, Buffer.concat([head, out, err]));
  }
  for (const [path, content] of Object.entries(files)) writeInside(join(root, path), content);
}

function writeInside(file: string, content: string | Buffer): void {
  if (!existsSync(dirname(file))) mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, content);
}
