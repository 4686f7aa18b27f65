import { ConnectionFailed } from "../errors/ConnectionFailed.js";
import { UnreadableAnswer } from "../errors/UnreadableAnswer.js";
import type { Deadline } from "./Deadline.js";
import { readBounded } from "./readBounded.js";
import type { ServiceAnswer } from "./ServiceAnswer.js";

/** An answer whose head has arrived. Its body is read with `read` or `pieces`, and ends the attempt. */
export class OpenAnswer {
  /** Bytes: far above what the service has to say in JSON. */
  static readonly longestAnswer = 8 * 1024 * 1024;

  readonly response: Response;
  /** The path that was asked. */
  readonly path: string;
  readonly #deadline: Deadline;
  readonly #caller: AbortSignal | undefined;

  constructor(response: Response, path: string, deadline: Deadline, caller: AbortSignal | undefined) {
    this.response = response;
    this.path = path;
    this.#deadline = deadline;
    this.#caller = caller;
  }

  get status(): number {
    return this.response.status;
  }

  /** Reads the body as text. @throws as `Connection.open`, and `UnreadableAnswer` for one that is too long. */
  async read(): Promise<ServiceAnswer> {
    const { status, headers } = this.response;
    const requestId = headers.get("X-Request-Id") ?? undefined;
    try {
      const text = await readBounded(this.response, OpenAnswer.longestAnswer);
      if (text === undefined) {
        const message = `The answer is longer than ${OpenAnswer.longestAnswer} bytes`;
        throw new UnreadableAnswer(status, this.path, message, requestId);
      }
      return { status, headers, text, path: this.path, requestId };
    } catch (error) {
      throw failureOf(error, this.#deadline, this.#caller);
    } finally {
      this.#deadline.clear();
    }
  }

  /** Yields the body as it arrives. Each piece has the attempt's time anew. @throws as `Connection.open`. */
  async *pieces(): AsyncGenerator<Uint8Array, void, undefined> {
    const reader = this.response.body?.getReader();
    try {
      for (;;) {
        this.#deadline.extend();
        const next = await reader?.read();
        if (next === undefined || next.done) return;
        this.#deadline.pause();
        yield next.value;
      }
    } catch (error) {
      throw failureOf(error, this.#deadline, this.#caller);
    } finally {
      this.#deadline.clear();
      // Ends the connection when the rest is not wanted; after the end it does nothing.
      await reader?.cancel().catch(() => undefined);
    }
  }

  /** Stops the attempt's time until the body is read: the caller is at work, not the service. */
  pause(): void {
    this.#deadline.pause();
  }

  /** Gives up the body. */
  async discard(): Promise<void> {
    this.#deadline.clear();
    await this.response.body?.cancel().catch(() => undefined);
  }
}

/** What a failure of `fetch` means to the caller. */
export function failureOf(error: unknown, deadline: Deadline, caller: AbortSignal | undefined): unknown {
  if (error instanceof UnreadableAnswer) return error;
  if (caller?.aborted === true) return caller.reason;
  return deadline.hasPassed ? ConnectionFailed.timedOut(deadline.milliseconds) : ConnectionFailed.because(error);
}
