import type { Authentication, Credentials } from "./Credentials.js";
import { Deadline } from "./Deadline.js";
import { failureOf, OpenAnswer } from "./OpenAnswer.js";
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
    return await (await this.open(request, caller)).read();
  }

  /**
   * Sends a request, and again with another token if the first one is refused and a provider has another.
   *
   * @returns The answer as soon as its head has arrived; its body must be read or discarded.
   * @throws `ConnectionFailed` without an answer, the signal's reason when the caller gave up.
   */
  async open(request: ServiceRequest, caller: AbortSignal | undefined): Promise<OpenAnswer> {
    const authentication = await this.#credentials.authentication(request.operation.access);
    const answer = await this.#attempt(request, authentication, caller);
    if (answer.status !== 401) return answer;
    const renewed = await authentication.renewed();
    if (renewed === undefined) return answer;
    await answer.discard();
    return await this.#attempt(request, renewed, caller);
  }

  async #attempt(
    request: ServiceRequest,
    authentication: Authentication,
    caller: AbortSignal | undefined,
  ): Promise<OpenAnswer> {
    const url = new URL(this.#baseUrl + request.target);
    const { content } = request;
    const timeout = this.#timeoutMilliseconds + (content?.extraMilliseconds ?? 0);
    const deadline = new Deadline(Math.min(timeout, Connection.longestTimeout), caller);
    const body = content === undefined ? (request.json ?? null) : content.make(deadline);
    const init: RequestInit = {
      method: request.operation.method,
      headers: this.#headers(request, authentication),
      body,
      // The service never redirects, and tokens must not go to another host.
      redirect: "manual",
      credentials: "omit",
      cache: "no-store",
      signal: deadline.signal,
    };
    // A stream needs `duplex`, which the types of older compilers do not know. Node.js keeps a copy of the whole stream
    // for redirects and for a window, unless it is told that there is neither.
    if (body instanceof ReadableStream) Object.assign(init, { duplex: "half", window: null, redirect: "error" });
    const fetch = this.#fetch;
    try {
      return new OpenAnswer(await fetch(url, init), url.pathname, deadline, caller);
    } catch (error) {
      const failure = failureOf(error, deadline, caller);
      deadline.clear();
      throw failure;
    }
  }

  #headers(request: ServiceRequest, authentication: Authentication): Headers {
    const headers = new Headers(authentication.headers());
    headers.set("Accept", "application/json");
    if (request.json !== undefined) headers.set("Content-Type", "application/json");
    if (request.idempotencyKey !== undefined) headers.set("Idempotency-Key", request.idempotencyKey);
    for (const more of [request.content?.headers ?? {}, request.headers]) {
      for (const [name, value] of Object.entries(more)) headers.set(name, value);
    }
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
