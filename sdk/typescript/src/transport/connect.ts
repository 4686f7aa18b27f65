import { Connection } from "./Connection.js";
import { Credentials } from "./Credentials.js";
import type { TokenProvider } from "./Credentials.js";
import { RetryPolicy } from "./RetryPolicy.js";
import { Transport } from "./Transport.js";

/** What the clients of all surfaces are told of their service. */
interface ConnectionOptions {
  readonly baseUrl: string;
  readonly apiKey?: string | TokenProvider | undefined;
  readonly internalToken?: string | undefined;
  readonly timeoutMilliseconds?: number | undefined;
  readonly retries?: number | undefined;
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/**
 * What sends a client's requests: an attempt takes 10 seconds at most, and is repeated three times, if nothing else is
 * said.
 *
 * @throws TypeError or RangeError for options that cannot work.
 */
export function connect(options: ConnectionOptions): Transport {
  const connection = new Connection({
    baseUrl: options.baseUrl,
    credentials: new Credentials(options.apiKey, options.internalToken),
    timeoutMilliseconds: options.timeoutMilliseconds ?? 10_000,
    // Called as a plain function: browsers refuse a `fetch` that belongs to another object.
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
  });
  return new Transport(connection, new RetryPolicy(options.retries ?? 3));
}
