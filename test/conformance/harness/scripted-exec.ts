import { basename, join } from 'node:path';
import type { Exec } from '../../../src/index.js';
import type { Run } from './observe.js';

/** What plugins print, by verb, or by verb and type. With an error, running them fails. */
export type Script = Readonly<Record<string, string | Error>>;

/** Plugins that print what a script says. Their input is recorded. */
export class ScriptedExec implements Exec {
  readonly runs: Run[] = [];
  script: Script;

  constructor(script: Script) {
    this.script = script;
  }

  async execPlugin(path: string, stdin: string, env: Readonly<Record<string, string>>): Promise<string> {
    const type = basename(path);
    const verb = env.CNI_COMMAND ?? '';
    this.runs.push({ type, env, stdin: JSON.parse(stdin) });
    const answer = this.script[`${verb} ${type}`] ?? this.script[verb] ?? '';
    if (answer instanceof Error) throw answer;
    return answer;
  }

  async findInPath(plugin: string, [folder = '']: readonly string[]): Promise<string> {
    return join(folder, plugin);
  }

  /** The verbs and types that ran, in order. */
  order(): string[] {
    return this.runs.map(({ env, type }) => `${env.CNI_COMMAND} ${type}`);
  }

  /** The `prevResult` of each plugin run, in order. */
  prevResults(): unknown[] {
    return this.runs.map(({ stdin }) => Object(stdin).prevResult);
  }
}
