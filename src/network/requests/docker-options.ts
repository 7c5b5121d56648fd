import { LibcniError } from '../../errors/libcni-error.js';

/** The argument that an option of docker, nerdctl or podman stands for. */
type Meaning = readonly [field: OptionField, read: (text: string) => string | number | boolean | undefined];

/** The arguments of `create` that options can stand for. */
type OptionField = 'bridge' | 'mtu' | 'ipMasq' | 'parent' | 'mode' | 'vlan' | 'isolate';

const MEANINGS: ReadonlyMap<string, Meaning> = new Map(
  Object.entries<Meaning>({
    'com.docker.network.bridge.name': ['bridge', text],
    'com.docker.network.driver.mtu': ['mtu', number],
    mtu: ['mtu', number],
    'com.docker.network.bridge.enable_ip_masquerade': ['ipMasq', truth],
    'ip-masq': ['ipMasq', truth],
    parent: ['parent', text],
    mode: ['mode', text],
    macvlan_mode: ['mode', text],
    ipvlan_mode: ['mode', text],
    vlan: ['vlan', number],
    isolate: ['isolate', truth],
  }),
);

/** Options that match what plugins do anyway; any other value is refused. */
const FIXED: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'com.docker.network.bridge.enable_icc': 'true',
    icc: 'true',
    'com.docker.network.bridge.default_bridge': 'false',
  }),
);

/**
 * Converts the options of a request to arguments.
 *
 * @throws LibcniError `ERR_CONF_INVALID` for an unknown option, for an invalid value, and for an option
 * that contradicts the argument
 */
export function withOptions<Request extends { readonly options: Readonly<Record<string, string>> }>(
  request: Request,
): Request {
  const fields: Record<string, unknown> = {};
  for (const [option, value] of Object.entries(request.options)) {
    const jsonPath = `$.options[${JSON.stringify(option)}]`;
    const meaning = MEANINGS.get(option);
    if (meaning === undefined) requireFixed(option, value, jsonPath);
    else {
      const [field, read] = meaning;
      const meant = read(value);
      if (meant === undefined)
        throw invalid(`${value} is not a valid value for option ${option}`, jsonPath, value);
      const given: unknown = Reflect.get({ ...request, ...fields }, field);
      if (given !== undefined && given !== meant)
        throw invalid(`option ${option} says ${value}, but ${field} says ${String(given)}`, jsonPath, value);
      fields[field] = meant;
    }
  }
  return { ...request, ...fields };
}

function requireFixed(option: string, value: string, jsonPath: string): void {
  const fixed = FIXED.get(option);
  if (fixed === value) return;
  if (fixed !== undefined) throw invalid(`option ${option} can be ${fixed} only`, jsonPath, value);
  const known = [...MEANINGS.keys(), ...FIXED.keys()].join(', ');
  throw invalid(`there is no option ${option}; there are ${known}`, jsonPath, value);
}

function invalid(summary: string, jsonPath: string, value: string): LibcniError {
  return new LibcniError('ERR_CONF_INVALID', summary, { jsonPath, value });
}

function text(value: string): string | undefined {
  return value === '' ? undefined : value;
}

function number(value: string): number | undefined {
  return /^\d+$/.test(value) ? Number(value) : undefined;
}

function truth(value: string): boolean | undefined {
  if (/^(?:true|1|yes)$/i.test(value)) return true;
  return /^(?:false|0|no)$/i.test(value) ? false : undefined;
}
