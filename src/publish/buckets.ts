/** The buckets of a team that names none. */
export interface UsualBuckets {
  readonly reports: string;
  readonly models: string;
}

/** Where notebooks before us kept reports and models: $SAGEMAKER_NOTEBOOKS_BUCKET, and its name with "notebooks" replaced by "models". */
export function usualBuckets(environment: Readonly<Record<string, string | undefined>>, reportsBucket?: string): UsualBuckets {
  // A variable that is set to nothing names no bucket.
  const named = environment.SAGEMAKER_NOTEBOOKS_BUCKET?.trim() || undefined;
  const reports = reportsBucket ?? named ?? "sagemaker-infosec-notebooks";
  return { reports, models: reports.replaceAll("notebooks", "models") };
}
