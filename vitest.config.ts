/** How tests run: in random order, in two processes, and never against a real server unless asked to. */

import { fileURLToPath } from 'node:url';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

const entry = (find: RegExp, path: string) => ({
  find,
  replacement: fileURLToPath(new URL(path, import.meta.url)),
});

const offline: TestProjectInlineConfiguration = {
  extends: true,
  test: {
    name: 'offline',
    include: ['test/**/*.test.ts'],
    exclude: ['test/live/**'],
    typecheck: {
      enabled: true,
      include: ['test/types/**/*.test-d.ts'],
      tsconfig: 'tsconfig.json',
      // `npm run check` compiles the sources; here only the type tests are judged.
      ignoreSourceErrors: true,
    },
  },
};

const live: TestProjectInlineConfiguration = {
  extends: true,
  test: { name: 'live', include: ['test/live/**/*.test.ts'] },
};

export default defineConfig({
  resolve: {
    alias: [
      entry(/^gen-socket-client$/, 'src/index.ts'),
      entry(/^gen-socket-client\/charts$/, 'src/charts.ts'),
      entry(/^gen-socket-client\/telemetry$/, 'src/telemetry.ts'),
      entry(/^gen-socket-client\/store$/, 'src/store.ts'),
      entry(/^gen-socket-client\/testing$/, 'src/testing/index.ts'),
    ],
  },
  test: {
    reporters: ['default'],
    setupFiles: ['test/setup.ts'],
    // A seed is printed; `vitest run --sequence.seed=N` repeats it.
    sequence: { shuffle: true },
    // A process for each file, so that test/setup.ts sees only what that file left open.
    pool: 'forks',
    isolate: true,
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 10_000,
    projects: process.env['PHOENIX_URL'] ? [offline, live] : [offline],
  },
});
