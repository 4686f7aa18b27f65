import type { CallOptions } from "../CallOptions.js";
import type { Operation } from "../operations.js";
import { newIdempotencyKey } from "../transport/newIdempotencyKey.js";
import { ServiceRequest } from "../transport/ServiceRequest.js";
import type { RequestContent } from "../transport/ServiceRequest.js";
import type { Transport } from "../transport/Transport.js";
import { Listing } from "./Listing.js";

/** How something is created. */
export interface CreationOptions extends CallOptions {
  /**
   * 1 to 255 visible ASCII characters; a new one for each call if left out. A call that is repeated with its key
   * creates nothing twice.
   */
  readonly idempotencyKey?: string | undefined;
}

/** How something is changed. */
export interface ChangeOptions extends CallOptions {
  /** The `etag` of what was read: the change is refused with `Conflict` if somebody has changed it since. */
  readonly ifMatch?: string | undefined;
}

/** How many entries the pages of a list have. */
export interface ListOptions extends CallOptions {
  readonly limit?: number | undefined;
}

/** What all groups of methods share. */
export abstract class Group {
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Calls an operation, and adds the answer's entity tag to it if it has one. */
  protected async call<Answer>(
    operation: Operation,
    parameters: Readonly<Record<string, string>>,
    content: RequestContent,
    { signal, ifMatch }: ChangeOptions = {},
  ): Promise<Answer> {
    const headers = { ...content.headers, ...(ifMatch === undefined ? {} : { "If-Match": ifMatch }) };
    const request = new ServiceRequest<string>(operation, parameters, { ...content, headers });
    const { body, headers: answered } = await this.#transport.sendWithHeaders<Answer>(request, { signal });
    const etag = answered.get("ETag");
    return etag === null || Array.isArray(body) ? body : { ...body, etag };
  }

  /** As `call`, for what creates something: a lost answer does not create it twice. */
  protected async createAt<Answer>(
    operation: Operation,
    parameters: Readonly<Record<string, string>>,
    body: object | undefined,
    { idempotencyKey, signal }: CreationOptions = {},
  ): Promise<Answer> {
    const content = { body, idempotencyKey: idempotencyKey ?? newIdempotencyKey() };
    return await this.call(operation, parameters, content, { signal });
  }

  /** As `call`, for what is answered with a sentence. */
  protected async perform(
    operation: Operation,
    parameters: Readonly<Record<string, string>>,
    content: RequestContent,
    options?: ChangeOptions,
  ): Promise<void> {
    await this.call(operation, parameters, content, options);
  }

  /** A list; `member` has the entries in an answer, which without one is the array. */
  protected listing<Entry>(
    operation: Operation,
    parameters: Readonly<Record<string, string>>,
    query: Readonly<Record<string, string | number | undefined>>,
    { limit, signal }: ListOptions = {},
    member?: string,
  ): Listing<Entry> {
    return new Listing(this.#transport, operation, parameters, { ...query, limit }, member, { signal });
  }
}
