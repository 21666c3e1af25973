/**
 * Counts the tests in vitest's JSON report: { passed, failed, skipped, failures, skips }. `status` is the runner's exit code.
 * A file that could not be loaded holds no test, yet it is a failure; so is a runner that failed without naming one
 * (an unhandled error, no tests found, a crash before the report was written).
 */
export function countTests(report, status) {
  const counts = { passed: 0, failed: 0, skipped: 0, failures: [], skips: [] };
  for (const file of report?.testResults ?? []) {
    const before = counts.failed;
    for (const test of file.assertionResults) {
      if (test.status === "passed") counts.passed += 1;
      else if (test.status === "failed") fail(counts, test.fullName);
      else skip(counts, test.fullName);
    }
    if (file.status === "failed" && counts.failed === before) fail(counts, `${file.name}: could not be run`);
  }
  if (status !== 0 && counts.failed === 0) fail(counts, `the test runner ended with ${status ?? "a signal"}`);
  return counts;
}

function fail(counts, name) {
  counts.failed += 1;
  counts.failures.push(name);
}

function skip(counts, name) {
  counts.skipped += 1;
  counts.skips.push(name);
}
