import { expect, it } from 'vitest';
import { ownNamespaces } from './harness/own-namespaces.js';
import { runFixture } from './harness/run-fixture.js';

it('namespaces and those of `ip netns` are each other’s, whoever made the folder', {
  timeout: 60_000,
}, async () => {
  const ours = { path: '/var/run/netns/ours', seen: ['ours'], entered: true, gone: true, left: [] };
  const theirs = { seen: ['theirs mounted'], entered: true, loopback: true, left: [] };
  const both = {
    seen: ['ours mounted', 'theirs mounted'],
    ipSeen: ['ours', 'theirs'],
    identified: 'ours',
    elsewhere: [],
    mounts: 1,
    left: [[], []],
  };
  const expected = { ours, theirs, both };
  expect(await runFixture('with-ip-netns.ts', { wrapper: ownNamespaces })).toEqual({
    first: expected,
    second: expected,
  });
});
