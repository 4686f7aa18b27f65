import type { Operation } from "../operations.js";
import type { Deadline } from "./Deadline.js";
import { fillPath } from "./fillPath.js";
import type { ParametersOf } from "./fillPath.js";

/** A body that is not JSON. */
export interface RequestBody {
  /** Makes the body of one attempt. A stream extends the attempt's deadline as its bytes are taken. */
  readonly make: (deadline: Deadline) => Blob | ArrayBuffer | ReadableStream<Uint8Array>;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds that the attempt may take longer, because nothing tells how far it is. */
  readonly extraMilliseconds: number;
}

/** What a request carries beside its path. */
export interface RequestContent {
  /** What is left out, or undefined, is not sent. */
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  /** Sent as JSON. */
  readonly body?: object | undefined;
  /** Sent instead of JSON. */
  readonly content?: RequestBody | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly idempotencyKey?: string;
  /** Statuses that come with a proper answer too, beside 2xx. */
  readonly answersWith?: readonly number[];
}

/** One thing to ask for. It does not change between attempts, and neither does its Idempotency-Key. */
export class ServiceRequest<Path extends string = string> {
  readonly operation: Operation<Path>;
  /** Below the base URL, with the query. */
  readonly target: string;
  readonly json: string | undefined;
  readonly content: RequestBody | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly idempotencyKey: string | undefined;
  readonly #answersWith: readonly number[];

  /** @throws TypeError for an id that cannot stand in a path. */
  constructor(
    operation: Operation<Path>,
    parameters: Readonly<Record<ParametersOf<Path>, string>>,
    content: RequestContent = {},
  ) {
    this.operation = operation;
    this.target = fillPath(operation.path, parameters) + queryText(content.query ?? {});
    this.json = content.body === undefined ? undefined : JSON.stringify(content.body);
    this.content = content.content;
    this.headers = content.headers ?? {};
    this.idempotencyKey = content.idempotencyKey;
    this.#answersWith = content.answersWith ?? [];
  }

  /** Whether an answer with this status is one, and no error. */
  isAnsweredBy(status: number): boolean {
    return (status >= 200 && status < 300) || this.#answersWith.includes(status);
  }
}

function queryText(query: Readonly<Record<string, string | number | undefined>>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text === "" ? "" : `?${text}`;
}
