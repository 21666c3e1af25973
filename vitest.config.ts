import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // The embedded engine crashes inside worker threads; forked processes are safe.
    pool: "forks",
    maxWorkers: 2,
    // A forgotten `only` fails the run instead of hiding the rest.
    allowOnly: false,
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "simulator/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
