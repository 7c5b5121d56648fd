import { z } from 'zod';

const schema = z.looseObject({
  interfaces: z
    .array(z.looseObject({ name: z.string(), mac: z.string().optional(), sandbox: z.string().optional() }))
    .default([]),
  ips: z.array(z.looseObject({ address: z.string(), gateway: z.string().optional() })).default([]),
});

/** The parts of a result of CNI 0.3.0 or later that the tests use. */
export type ResultView = z.infer<typeof schema>;

/** Reads a result of any version. */
export function view(result: unknown): ResultView {
  return schema.parse(result);
}

/** The addresses of a result without their prefix lengths, in the order of the result. */
export function addresses(result: unknown): string[] {
  return view(result).ips.map(({ address }) => address.replace(/\/.*/, ''));
}

/** The only address of a result. Throws if there are none or several. */
export function onlyAddress(result: unknown): string {
  const [address, ...more] = addresses(result);
  if (address === undefined || more.length > 0) throw new Error(`not one address: ${JSON.stringify(result)}`);
  return address;
}

/** The interface that a result names in the pod. */
export function podInterface(result: unknown): ResultView['interfaces'][number] {
  const [found] = view(result).interfaces.filter(({ sandbox }) => sandbox);
  if (found === undefined) throw new Error(`no interface in a sandbox: ${JSON.stringify(result)}`);
  return found;
}

/** The host's end of the pair that a result names. */
export function hostInterface(result: unknown): ResultView['interfaces'][number] {
  const [found] = view(result).interfaces.filter(({ name, sandbox }) => !sandbox && name.startsWith('veth'));
  if (found === undefined) throw new Error(`no pair's end on the host: ${JSON.stringify(result)}`);
  return found;
}
