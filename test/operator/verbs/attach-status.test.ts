import { expect, it } from 'vitest';
import { networkStatus } from '../../../src/operator/verbs/attach-status.js';

it.each<[unknown, string]>([
  [undefined, 'attached must be'],
  [null, 'attached must be'],
  [5, 'attached must be'],
  [{}, 'attached.networks must be an array'],
  [{ networks: null }, 'attached.networks must be an array'],
  [{ networks: [null] }, 'attached.networks[0]'],
  [[null], 'sources[0]'],
])('there is no network status of %j', (attached, says) => {
  const message = expect.stringContaining(says);
  const refused = expect.objectContaining({ name: 'LibcniError', code: 'ERR_CONF_INVALID', message });
  expect(() => networkStatus(attached as never)).toThrow(refused);
});
