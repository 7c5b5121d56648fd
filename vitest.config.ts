import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Tests wait for programs and clocks more than they compute. */
const maxWorkers = 3 * availableParallelism();

export default defineConfig({
  test: {
    maxWorkers,
    coverage: { provider: 'v8', include: ['src/**'] },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [
            'test/{integration,faults}/**',
            'test/conformance/{properties,differences,interop}/**',
            '**/*.mocked.test.ts',
          ],
          // Most of a run would go into loading the library anew for every file.
          isolate: false,
          // Tests that start a program of their own wait for Node to compile the library, beside other tests.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'mocked',
          include: ['test/**/*.mocked.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'conformance',
          include: ['test/conformance/{properties,differences}/**/*.test.ts'],
          pool: 'forks',
          isolate: false,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'interop',
          include: ['test/conformance/interop/**/*.test.ts'],
          pool: 'forks',
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          pool: 'forks',
          isolate: false,
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'faults',
          include: ['test/faults/**/*.test.ts'],
          pool: 'forks',
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
