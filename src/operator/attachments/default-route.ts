import { z } from 'zod';
import { LibcniError } from '../../errors/libcni-error.js';
import { openNetns } from '../../netns/index.js';
import type { OperatorContext } from '../context.js';
import type { WantedAttachment } from './attachment.js';
import type { OperatorOptions } from './request.js';

const routesSchema = z.array(z.looseObject({ dev: z.string(), gateway: z.string().optional() }));

/**
 * Gives the default routes of a namespace to the attachment whose selection asks for them, and takes all others away.
 * Needs the program `ip`.
 *
 * @throws LibcniError `ERR_NETNS` with what `ip` said.
 */
export async function setDefaultRoute(
  { helper }: OperatorContext,
  { rt, demands }: WantedAttachment,
  options: OperatorOptions,
): Promise<void> {
  const netns = await openNetns(rt.netns, { helper });
  for (const family of ['-4', '-6'] as const) {
    const gateway = demands?.defaultRoute?.find((address) => address.includes(':') === (family === '-6'));
    for (const { dev } of routesSchema.parse(
      JSON.parse((await ip('-j', 'route', 'show', 'default')) || '[]'),
    )) {
      if (dev !== rt.ifName) await ip('route', 'delete', 'default', 'dev', dev);
    }
    if (gateway !== undefined) await ip('route', 'replace', 'default', 'via', gateway, 'dev', rt.ifName);

    async function ip(...args: readonly string[]): Promise<string> {
      const { exitCode, stdout, stderr } = await netns.exec('ip', [family, ...args], options);
      if (exitCode === 0) return stdout;
      const summary = `ip ${family} ${args.join(' ')} failed: ${stderr.trim()}`;
      throw new LibcniError('ERR_NETNS', summary, { containerId: rt.containerId, ifName: rt.ifName });
    }
  }
}
