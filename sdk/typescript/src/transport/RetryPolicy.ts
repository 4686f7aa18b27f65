import { ConnectionFailed } from "../errors/ConnectionFailed.js";
import { SocialServiceError } from "../errors/SocialServiceError.js";
import type { ServiceRequest } from "./ServiceRequest.js";

/** Decides whether a failed attempt is made again, and when. */
export class RetryPolicy {
  /** Milliseconds: the most that is waited before the first repetition; it doubles from one to the next. */
  static readonly firstPause = 200;
  /** Milliseconds: where the doubling ends. */
  static readonly longestPause = 5_000;
  /** Seconds: who is told to wait for longer hears so at once, and decides alone. */
  static readonly longestRetryAfter = 30;

  /** The service refused before it did anything. */
  static readonly #refusals: readonly number[] = [429, 503];
  /** It is unknown whether the service did something. */
  static readonly #losses: readonly number[] = [502, 504];

  readonly #retries: number;

  /** @throws RangeError for a number that is none. */
  constructor(retries: number) {
    if (!Number.isInteger(retries) || retries < 0) throw new RangeError("retries must be a whole number from 0 on");
    this.#retries = retries;
  }

  /**
   * @param attempts How many attempts have been made.
   * @param passing Statuses after which this request may be repeated besides.
   * @returns Milliseconds to wait before the next one; undefined when the failure is final.
   */
  pauseAfter(
    failure: unknown,
    attempts: number,
    request: ServiceRequest,
    passing: readonly number[] = [],
  ): number | undefined {
    if (attempts > this.#retries || !RetryPolicy.#mayRepeat(request, failure, passing)) return undefined;
    // Anywhere up to the limit: those who failed together do not come back together.
    const limit = Math.min(RetryPolicy.longestPause, RetryPolicy.firstPause * 2 ** (attempts - 1));
    const backoff = Math.random() * limit;
    const asked = failure instanceof SocialServiceError ? failure.retryAfterSeconds : undefined;
    if (asked === undefined) return backoff;
    return asked <= RetryPolicy.longestRetryAfter ? asked * 1_000 + backoff : undefined;
  }

  static #mayRepeat(request: ServiceRequest, failure: unknown, passing: readonly number[]): boolean {
    if (failure instanceof ConnectionFailed) return request.operation.isRepeatable;
    if (!(failure instanceof SocialServiceError)) return false;
    if (RetryPolicy.#refusals.includes(failure.status) || passing.includes(failure.status)) return true;
    return request.operation.isRepeatable && RetryPolicy.#losses.includes(failure.status);
  }
}
