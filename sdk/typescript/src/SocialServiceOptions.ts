import type { TokenProvider } from "./transport/Credentials.js";

/** Where the service is, and how it is asked. */
export interface SocialServiceOptions {
  /**
   * What stands in front of `/v1` and `/integration`, such as `https://api.gaming-platform.ru/social` or
   * `http://localhost:3003`.
   */
  readonly baseUrl: string;
  /** The user's bearer token, or what provides it. A service that only uses `integration` has none. */
  readonly apiKey?: string | TokenProvider | undefined;
  /** What `integration` shows as `x-internal-token`. It belongs on servers alone, never in a browser. */
  readonly internalToken?: string | undefined;
  /** How long one attempt may take, from connecting to the last byte of the answer. 10 seconds if left out. */
  readonly timeoutMilliseconds?: number | undefined;
  /** How often a call is repeated, after the first attempt, when that is safe. 3 if left out; 0 for never. */
  readonly retries?: number | undefined;
  /** What makes the requests, in place of the global `fetch`: for a proxy, or certificates of one's own. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}
