import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import * as z from 'zod';
import { booleanField, instance, textField } from '../../arguments/fields.js';
import { lazy } from '../../arguments/lazy.js';
import { checkArgument } from '../../arguments/parse-argument.js';
import { LibcniError } from '../../errors/libcni-error.js';
import { listSchema } from '../../libcni/conf/conf-fields.js';
import { type ConfFault, faultOf } from './conf-fault.js';
import { type LoadedNetwork, placeOf } from './conf-snapshot.js';
import type { ConfListing, ConfSource, SourceNetwork } from './conf-source.js';
import { deepFreeze } from './deep-freeze.js';

/** The combined content of all sources. */
export interface SourcesReading {
  /** By precedence, with unique names. */
  readonly networks: readonly LoadedNetwork[];
  /** The faults of the listings that `networks` come from. */
  readonly faults: readonly ConfFault[];
  /** The current faults: for an unavailable source, why it is unavailable instead of the faults of its last listing. */
  readonly faultsNow: readonly ConfFault[];
  /** Whether a source is unavailable. */
  readonly isOneAway: boolean;
}

interface Known {
  readonly source: ConfSource;
  readonly networks: readonly LoadedNetwork[];
  readonly faults: readonly ConfFault[];
  readonly awayWith?: readonly ConfFault[];
}

const networkField = lazy(() =>
  z.looseObject(
    { list: listSchema(), file: textField().optional() },
    { error: 'must be an object with the list of a network' },
  ),
);

const faultField = lazy(() =>
  instance<ConfFault>('a fault, with an error of the library', (fault) => {
    return Reflect.get(Object(fault), 'error') instanceof LibcniError;
  }),
);

const problemsSchema = lazy(() => z.array(faultField(), { error: 'must be an array of faults' }));

/** The source may be of the program's own. */
const listingSchema = lazy(() =>
  z.looseObject(
    {
      networks: z.array(networkField(), { error: 'must be an array of networks' }),
      faults: problemsSchema().optional(),
      isWhole: booleanField().optional(),
    },
    { error: 'must be an object with networks' },
  ),
);

/** Sources of configurations, the first before the second, each with its last good listing. */
export class Sources {
  readonly #sources: readonly ConfSource[];
  readonly #known = new Map<ConfSource, Known>();
  #closing: Promise<void> | undefined;

  constructor(sources: readonly ConfSource[]) {
    this.#sources = sources;
  }

  /** Where configurations come from, for people. */
  get names(): string {
    return this.#sources.map(({ name }) => name).join(', ');
  }

  /** Folders among them that do not exist, and so hold no networks. */
  get missingFolders(): string[] {
    const names = this.#sources.map(({ name }) => name);
    return names.filter((name) => isAbsolute(name) && !existsSync(name));
  }

  /** The faults of the sources themselves. Never throws. */
  get problems(): readonly ConfFault[] {
    return this.#sources.flatMap(problemsOf);
  }

  watch(onChange: () => void): void {
    for (const source of this.#sources) source.watch?.(onChange);
  }

  /** Reads all of them. Never rejects. */
  async read(signal: AbortSignal): Promise<SourcesReading> {
    const found = await Promise.all(this.#sources.map((source) => this.#readOne(source, signal)));
    const all = found.flatMap(({ networks }) => networks);
    const first = firstOfEachName(all);
    const clashes = all.flatMap((network) => clash(network, first.get(network.name)));
    return {
      networks: [...first.values()],
      faults: [...found.flatMap(({ faults }) => faults), ...clashes],
      faultsNow: [...found.flatMap(({ faults, awayWith }) => awayWith ?? faults), ...clashes],
      isOneAway: found.some(({ awayWith }) => awayWith !== undefined),
    };
  }

  /** Closing twice is safe. @throws LibcniError if a source cannot be closed, once all others are */
  async close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    await this.#closing;
  }

  async #closeAll(): Promise<void> {
    const ends = await Promise.allSettled(this.#sources.map(async (source) => await source.close?.()));
    const faults = ends.flatMap((end, index) =>
      end.status === 'rejected' ? [faultOf(end.reason, this.#sources[index]?.name ?? '')] : [],
    );
    for (const { error } of faults) throw error;
  }

  async #readOne(source: ConfSource, signal: AbortSignal): Promise<Known> {
    const listing = await listed(source, signal);
    const { networks, faults = [], isWhole = true } = listing;
    const before = this.#known.get(source);
    if (!isWhole && before) return { ...before, awayWith: faults };
    const loaded = deepFreeze(networks.map((network) => loadedFrom(source, network)));
    const known = { source, networks: loaded, faults };
    this.#known.set(source, known);
    return isWhole ? known : { ...known, awayWith: faults };
  }
}

function problemsOf(source: ConfSource): readonly ConfFault[] {
  try {
    return checkArgument(problemsSchema(), source.problems?.() ?? [], 'problems');
  } catch (error) {
    return [faultOf(error, source.name)];
  }
}

async function listed(source: ConfSource, signal: AbortSignal): Promise<ConfListing> {
  try {
    return checkArgument(listingSchema(), await source.list({ signal }), 'listing');
  } catch (error) {
    return { networks: [], faults: [faultOf(error, source.name)], isWhole: false };
  }
}

function loadedFrom({ name: source }: ConfSource, { list, file }: SourceNetwork): LoadedNetwork {
  return { name: list.name, source, ...(file === undefined ? {} : { file }), list };
}

function firstOfEachName(networks: readonly LoadedNetwork[]): Map<string, LoadedNetwork> {
  const byName = new Map<string, LoadedNetwork>();
  for (const network of networks) if (!byName.has(network.name)) byName.set(network.name, network);
  return byName;
}

function clash(network: LoadedNetwork, owner: LoadedNetwork | undefined): ConfFault[] {
  if (owner === undefined || owner === network) return [];
  const { name } = network;
  const summary = `network ${name} is already configured by ${placeOf(owner)}`;
  const place = { file: placeOf(network), jsonPath: '$.name', value: name };
  const error = new LibcniError('ERR_CONFLICT', summary, place);
  const areFiles = owner.file !== undefined && network.file !== undefined;
  return [{ error, hint: `give it another name, or remove one of the two${areFiles ? ' files' : ''}` }];
}
