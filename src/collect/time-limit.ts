/** Work took longer than it may. */
export class TimeLimit extends Error {
  override readonly name = "TimeLimit";
}

/** Waits for work, at most so many milliseconds; rejects with `late` then. The work itself is for the caller to end. */
export async function within<Result>(milliseconds: number, work: Promise<Result>, late: Error): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const alarm = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(late), milliseconds);
  });
  try {
    return await Promise.race([work, alarm]);
  } finally {
    clearTimeout(timer);
  }
}
