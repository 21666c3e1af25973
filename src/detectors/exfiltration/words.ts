const units = ["bytes", "KiB", "MiB", "GiB", "TiB"] as const;

/** An amount of data for a reader: "741 bytes", "2.1 MiB". */
export function bytesInWords(bytes: number): string {
  const power = bytes < 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${power === 0 ? Math.round(bytes) : (bytes / 1024 ** power).toFixed(1)} ${units[power] ?? "bytes"}`;
}

/** 0 up to `low`, 1 from `high`, straight between. */
export function ramp(value: number, low: number, high: number): number {
  return Math.min(1, Math.max(0, (value - low) / (high - low)));
}
