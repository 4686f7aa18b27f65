import { Connection } from "../transport/Connection.js";
import { Credentials } from "../transport/Credentials.js";
import type { TokenProvider } from "../transport/Credentials.js";
import { RetryPolicy } from "../transport/RetryPolicy.js";
import { Transport } from "../transport/Transport.js";
import { Follows } from "./Follows.js";
import { Profiles } from "./Profiles.js";

/** Where the musicians' service is, and how it is asked. */
export interface MusiciansOptions {
  /** What stands in front of `/users` and `/social`, such as `http://localhost:3000`. */
  readonly baseUrl: string;
  /** The user's bearer token, or what provides it, such as `session.token`. Reading needs none. */
  readonly apiKey?: string | TokenProvider | undefined;
  /** How long one attempt may take. 10 seconds if left out. */
  readonly timeoutMilliseconds?: number | undefined;
  /** How often a call is repeated, after the first attempt, when that is safe. 3 if left out; 0 for never. */
  readonly retries?: number | undefined;
  /** What makes the requests, in place of the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** Profiles, follows and the activity feed of musicians. Calls reject as those of `SocialServiceClient` do. */
export class MusiciansClient {
  /** Profiles of musicians and listeners, and their tracks. */
  readonly profiles: Profiles;
  /** Who follows whom, and what followed users do. */
  readonly follows: Follows;

  /** @throws TypeError or RangeError for options that cannot work. */
  constructor(options: MusiciansOptions) {
    const connection = new Connection({
      baseUrl: options.baseUrl,
      credentials: new Credentials(options.apiKey, undefined),
      timeoutMilliseconds: options.timeoutMilliseconds ?? 10_000,
      fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    });
    const transport = new Transport(connection, new RetryPolicy(options.retries ?? 3));
    this.profiles = new Profiles(transport);
    this.follows = new Follows(transport);
  }
}
