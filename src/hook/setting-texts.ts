import * as z from 'zod';
import { LibcniError } from '../errors/libcni-error.js';
import { ips, mac, type NetworkRequest, portMappings } from '../operator/index.js';
import { parseChecked } from './check-json.js';

/** Capability arguments as strings; each may be left out or empty. */
export interface CapabilityTexts {
  /** JSON, as in `CAP_ARGS` of cnitool. */
  readonly capArgs?: string | undefined;
  /** For example `8080:80,127.0.0.1:5353:53/udp`. */
  readonly ports?: string | undefined;
  /** For example `10.1.0.5/16,2001:db8::5/64`. */
  readonly ips?: string | undefined;
  readonly mac?: string | undefined;
}

/**
 * Parses capability arguments; those with a string of their own override `capArgs`.
 *
 * @throws LibcniError `ERR_ANNOTATION`, `ERR_CONF_INVALID` that name the faulty setting
 */
export function parseCapabilities(texts: CapabilityTexts): Record<string, unknown> {
  return {
    ...parseCapArgs(texts.capArgs),
    ...(texts.ports && { portMappings: portMappings(split(texts.ports)) }),
    ...(texts.ips && { ips: ips(...split(texts.ips)) }),
    ...(texts.mac && { mac: mac(texts.mac) }),
  };
}

/** `none`, or names of networks, optionally with an interface after `@`: `front,storage@data0`. */
export function parseNetworks(text: string): NetworkRequest[] {
  if (text === 'none') return [];
  return split(text).map((entry) => {
    const [name = '', ifName, ...more] = entry.split('@');
    if (name === '' || ifName === '' || more.length > 0 || /\s/.test(entry))
      throw new LibcniError(
        'ERR_ANNOTATION',
        `networks must be like front,storage@data0, separated by commas, not ${JSON.stringify(text)}`,
        {
          value: text,
        },
      );
    return ifName === undefined ? { name } : { name, ifName };
  });
}

/** The arguments in `KEY=value;KEY=value`. @throws LibcniError `ERR_CONF_INVALID` */
export function parseCniArgs(text: string | undefined): [string, string][] {
  if (!text) return [];
  return text.split(';').map((pair) => {
    const at = pair.indexOf('=');
    if (at > 0) return [pair.slice(0, at), pair.slice(at + 1)];
    throw new LibcniError(
      'ERR_CONF_INVALID',
      `CNI_ARGS must be like KEY=value;KEY=value, not ${JSON.stringify(text)}`,
      {
        value: text,
      },
    );
  });
}

function parseCapArgs(text: string | undefined): Record<string, unknown> {
  if (!text) return {};
  return parseChecked(z.record(z.string(), z.unknown()), text, { what: 'CAP_ARGS' });
}

function split(text: string): string[] {
  return text.split(',').map((part) => part.trim());
}
