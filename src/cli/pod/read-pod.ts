import { readFile } from 'node:fs/promises';
import { parse as parseYaml } from 'yaml';
import { plainly } from '../../arguments/default-message.js';
import { LibcniError } from '../../errors/index.js';
import { describeValue } from '../../errors/invalid-argument.js';
import { isOwnError } from '../../errors/own-error.js';
import { asError, hasCode } from '../../errors/system-error.js';
import { parseJson } from '../../libcni/json/parse-json.js';
import { type PodSandboxConfig, podSandboxConfig, podSandboxConfigSchema } from '../../sandbox/index.js';

/**
 * Reads a pod from a file or standard input: a Kubernetes Pod as JSON or YAML, or a PodSandboxConfig.
 *
 * @throws LibcniError `ERR_NOT_FOUND`, `ERR_CONF_INVALID` with the place
 */
export async function readPod(file: string): Promise<PodSandboxConfig> {
  const given = parse(await readText(file), file);
  // A Kubernetes Pod has a spec, a PodSandboxConfig has none.
  const isPod = typeof given === 'object' && given !== null && 'spec' in given;
  if (isPod) return await fromPod(given, file);
  const parsed = podSandboxConfigSchema.safeParse(given, plainly);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const jsonPath = ['$', ...(issue?.path ?? [])].join('.');
  throw new LibcniError(
    'ERR_CONF_INVALID',
    `the pod is invalid: ${issue?.message}, not ${describeValue(issue?.input)}`,
    { file, jsonPath },
  );
}

/** Errors about a pod name its file. */
async function fromPod(pod: object, file: string): Promise<PodSandboxConfig> {
  try {
    return await podSandboxConfig(pod);
  } catch (error) {
    throw isOwnError(error) ? error.with({ file }) : error;
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file === '-' ? '/dev/stdin' : file, 'utf8');
  } catch (cause) {
    const code = hasCode(cause, 'ENOENT', 'ENOTDIR') ? 'ERR_NOT_FOUND' : 'ERR_CONF_INVALID';
    throw new LibcniError(code, `the pod cannot be read: ${asError(cause).message}`, { file, cause });
  }
}

function parse(text: string, file: string): unknown {
  if (text.trimStart().startsWith('{')) return parseJson(text, { what: 'the pod', file });
  try {
    return parseYaml(text);
  } catch (cause) {
    const [what = ''] = asError(cause).message.split(/:?\n/);
    throw new LibcniError('ERR_CONF_INVALID', `the pod is not valid YAML: ${what}`, { file, cause });
  }
}
