import { connect } from "../transport/connect.js";
import type { TokenProvider } from "../transport/Credentials.js";
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
    const transport = connect(options);
    this.profiles = new Profiles(transport);
    this.follows = new Follows(transport);
  }
}
