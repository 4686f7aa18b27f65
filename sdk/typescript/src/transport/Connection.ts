import { ConnectionFailed } from "../errors/ConnectionFailed.js";
import { UnreadableAnswer } from "../errors/UnreadableAnswer.js";
import type { Credentials } from "./Credentials.js";
import { Deadline } from "./Deadline.js";
import { readBounded } from "./readBounded.js";
import type { ServiceAnswer } from "./ServiceAnswer.js";
import type { ServiceRequest } from "./ServiceRequest.js";

/** What a connection is made of. */
export interface ConnectionOptions {
  readonly baseUrl: string;
  readonly credentials: Credentials;
  readonly timeoutMilliseconds: number;
  readonly fetch: typeof globalThis.fetch;
}

/** Makes one attempt at a time: one request, one whole answer. */
export class Connection {
  /** Bytes: far above what the service has to say. */
  static readonly longestAnswer = 8 * 1024 * 1024;
  /** Timers cannot run for longer. */
  static readonly longestTimeout = 2_147_483_647;

  /** Without a slash at its end. */
  readonly #baseUrl: string;
  readonly #credentials: Credentials;
  readonly #timeoutMilliseconds: number;
  readonly #fetch: typeof globalThis.fetch;

  /** @throws TypeError for a base URL that is none, RangeError for a time-out that is none. */
  constructor(options: ConnectionOptions) {
    const timeout = options.timeoutMilliseconds;
    if (!(timeout > 0 && timeout <= Connection.longestTimeout)) {
      throw new RangeError("timeoutMilliseconds must be a number above 0");
    }
    this.#baseUrl = checkedBaseUrl(options.baseUrl);
    this.#credentials = options.credentials;
    this.#timeoutMilliseconds = timeout;
    this.#fetch = options.fetch;
  }

  /**
   * @throws `ConnectionFailed` without an answer, `UnreadableAnswer` for one that is too long, the signal's
   * reason when the caller gave up.
   */
  async exchange(request: ServiceRequest, caller: AbortSignal | undefined): Promise<ServiceAnswer> {
    const url = new URL(this.#baseUrl + request.target);
    const headers = this.#headers(request);
    const fetch = this.#fetch;
    const deadline = new Deadline(this.#timeoutMilliseconds, caller);
    try {
      const response = await fetch(url, {
        method: request.operation.method,
        headers,
        body: request.json ?? null,
        // The service never redirects, and tokens must not go to another host.
        redirect: "manual",
        credentials: "omit",
        cache: "no-store",
        signal: deadline.signal,
      });
      const requestId = response.headers.get("X-Request-Id") ?? undefined;
      const text = await readBounded(response, Connection.longestAnswer);
      if (text === undefined) {
        const message = `The answer is longer than ${Connection.longestAnswer} bytes`;
        throw new UnreadableAnswer(response.status, url.pathname, message, requestId);
      }
      return { status: response.status, headers: response.headers, text, path: url.pathname, requestId };
    } catch (error) {
      if (error instanceof UnreadableAnswer) throw error;
      if (caller?.aborted === true) throw caller.reason;
      throw deadline.hasPassed ? ConnectionFailed.timedOut(this.#timeoutMilliseconds) : ConnectionFailed.because(error);
    } finally {
      deadline.clear();
    }
  }

  #headers(request: ServiceRequest): Headers {
    const headers = new Headers(this.#credentials.headers(request.operation.access));
    headers.set("Accept", "application/json");
    if (request.json !== undefined) headers.set("Content-Type", "application/json");
    if (request.idempotencyKey !== undefined) headers.set("Idempotency-Key", request.idempotencyKey);
    return headers;
  }
}

function checkedBaseUrl(text: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new TypeError("baseUrl must be a URL, such as https://api.gaming-platform.ru/social");
  }
  const isHttp = url.protocol === "https:" || url.protocol === "http:";
  if (!isHttp || url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw new TypeError("baseUrl must be http or https, without a user, a query or a fragment");
  }
  return url.origin + url.pathname.replace(/\/+$/, "");
}
