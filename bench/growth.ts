import type { Task } from "./tasks.ts";

const sizes = [10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000];

/** Prints how isolation forests grow with the rows, as a plot of text: ten times the rows should take ten times the time, not more. */
export function growth(
  measure: (task: Task, rows: number, columns: number) => { readonly cpuSeconds: number; readonly peakBytes: number },
): void {
  console.log("\nisolation-forest, 6 columns, fit and score:");
  const measured = sizes.map((rows) => ({ rows, ...measure("isolation-forest", rows, 6) }));
  const longest = Math.max(...measured.map(({ cpuSeconds }) => cpuSeconds));
  for (const { rows, cpuSeconds, peakBytes } of measured) {
    // Logarithmic: a column is a factor of about 1.15.
    const length = Math.max(1, Math.round(60 + (60 * Math.log10(cpuSeconds / longest)) / 3.5));
    const perMillion = (cpuSeconds / rows) * 1e6;
    console.log(
      `${String(rows).padStart(9)}  ${cpuSeconds.toFixed(2).padStart(6)} CPU s  ${perMillion.toFixed(2).padStart(6)} s/million  ${(peakBytes / 2 ** 20).toFixed(0).padStart(5)} MiB  ${"#".repeat(length)}`,
    );
  }
}
