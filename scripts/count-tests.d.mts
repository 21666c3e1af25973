/** What countTests reads of vitest's JSON report. */
export interface TestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

export function countTests(
  report: TestReport | null,
  status: number | null,
): { passed: number; failed: number; skipped: number; failures: string[]; skips: string[] };
