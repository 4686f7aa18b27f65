import type { CallOptions } from "../CallOptions.js";
import { errorFor } from "../errors/errorFor.js";
import { UnreadableAnswer } from "../errors/UnreadableAnswer.js";
import type { Connection } from "./Connection.js";
import type { OpenAnswer } from "./OpenAnswer.js";
import { parseJson } from "./parseJson.js";
import { pause } from "./pause.js";
import type { RetryPolicy } from "./RetryPolicy.js";
import type { ServiceAnswer } from "./ServiceAnswer.js";
import type { ServiceRequest } from "./ServiceRequest.js";

/** Sends requests, again if need be, until there is an answer or none to be had. */
export class Transport {
  readonly #connection: Connection;
  readonly #retries: RetryPolicy;

  constructor(connection: Connection, retries: RetryPolicy) {
    this.#connection = connection;
    this.#retries = retries;
  }

  /**
   * @typeParam Answer What the operation answers with, by the service's word; `void` for 204.
   * @throws `SocialServiceError`, `ConnectionFailed`, or the signal's reason.
   */
  async send<Answer>(request: ServiceRequest, options: CallOptions = {}): Promise<Answer> {
    return (await this.sendWithHeaders<Answer>(request, options)).body;
  }

  /**
   * As `send`, with the headers of the answer.
   *
   * @throws as `send`.
   */
  async sendWithHeaders<Answer>(
    request: ServiceRequest,
    options: CallOptions = {},
  ): Promise<{ readonly body: Answer; readonly headers: Headers }> {
    return await this.#repeat(request, options, async () => {
      const answer = await this.#connection.exchange(request, options.signal);
      return { body: read(answer, request) as Answer, headers: answer.headers };
    });
  }

  /**
   * Returns an answer whose body the caller reads or discards.
   *
   * @throws as `send`.
   */
  async open(request: ServiceRequest, options: CallOptions = {}): Promise<OpenAnswer> {
    return await this.#repeat(request, options, async () => {
      const answer = await this.#connection.open(request, options.signal);
      if (!request.isAnsweredBy(answer.status)) throw errorFor(await answer.read());
      return answer;
    });
  }

  async #repeat<Answer>(
    request: ServiceRequest,
    options: CallOptions,
    attempt: () => Promise<Answer>,
  ): Promise<Answer> {
    for (let attempts = 1; ; attempts += 1) {
      try {
        return await attempt();
      } catch (failure) {
        const milliseconds = this.#retries.pauseAfter(failure, attempts, request);
        if (milliseconds === undefined) throw failure;
        await pause(milliseconds, options.signal);
      }
    }
  }
}

function read(answer: ServiceAnswer, request: ServiceRequest): unknown {
  if (!request.isAnsweredBy(answer.status)) throw errorFor(answer);
  if (answer.status === 204) return undefined;
  const body = parseJson(answer.text);
  if (typeof body === "object" && body !== null) {
    // Where an error's status can also be that of an answer, its body tells them apart.
    if (answer.status >= 400 && "error" in body) throw errorFor(answer);
    return body;
  }
  if (answer.status >= 400) throw errorFor(answer);
  throw new UnreadableAnswer(answer.status, answer.path, "The answer is no JSON", answer.requestId);
}
