/**
 * Waits.
 *
 * @throws The signal's reason as soon as it is aborted.
 */
export function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", giveUp);
      settle();
    };
    const giveUp = (): void => end(() => reject(signal?.reason));
    const timer = setTimeout(() => end(resolve), milliseconds);
    if (signal?.aborted === true) giveUp();
    else signal?.addEventListener("abort", giveUp);
  });
}
