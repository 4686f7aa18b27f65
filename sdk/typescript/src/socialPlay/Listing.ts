import type { CallOptions } from "../CallOptions.js";
import { UnreadableAnswer } from "../errors/UnreadableAnswer.js";
import { allPages, nextCursor } from "../musicians/pages.js";
import type { Operation } from "../operations.js";
import { ServiceRequest } from "../transport/ServiceRequest.js";
import type { Transport } from "../transport/Transport.js";

/** Where a page is in a list that is counted. */
export interface Pagination {
  readonly total: number;
  readonly page: number;
  readonly limit: number;
  readonly pages: number;
}

/** Some entries of a list. */
export interface ListingPage<Entry> {
  readonly entries: readonly Entry[];
  /** The cursor of the next page; undefined on the last one. */
  readonly next: string | undefined;
  /** Undefined for lists that are not counted. */
  readonly pagination: Pagination | undefined;
}

/**
 * A list that is not read yet: iterate over it with `for await`, and pages are read as the iteration comes to them, or
 * ask for one page. Each iteration reads again.
 */
export class Listing<Entry> implements AsyncIterable<Entry> {
  readonly #transport: Transport;
  readonly #operation: Operation;
  readonly #parameters: Readonly<Record<string, string>>;
  readonly #query: Readonly<Record<string, string | number | undefined>>;
  readonly #member: string | undefined;
  readonly #options: CallOptions;

  /** @internal */
  constructor(
    transport: Transport,
    operation: Operation,
    parameters: Readonly<Record<string, string>>,
    query: Readonly<Record<string, string | number | undefined>>,
    member: string | undefined,
    options: CallOptions,
  ) {
    this.#transport = transport;
    this.#operation = operation;
    this.#parameters = parameters;
    this.#query = query;
    this.#member = member;
    this.#options = options;
  }

  /**
   * One page: the first, the one behind `cursor`, which is `next` of the page before, or, of lists that have numbers,
   * the one with a number. Cursors neither repeat nor leave out an entry when the list changes meanwhile.
   */
  async page(
    place: { readonly number?: number | undefined; readonly cursor?: string | undefined } = {},
  ): Promise<ListingPage<Entry>> {
    const query = { ...this.#query, page: place.number, cursor: place.cursor };
    const request = new ServiceRequest<string>(this.#operation, this.#parameters, { query });
    const { body, headers } = await this.#transport.sendWithHeaders<object>(request, this.#options);
    const entries: unknown = this.#member === undefined ? body : Reflect.get(body, this.#member);
    if (!Array.isArray(entries)) {
      throw new UnreadableAnswer(200, this.#operation.path, "The answer is no list", undefined);
    }
    const counted: unknown = Reflect.get(body, "pagination");
    const isCounted = typeof counted === "object" && counted !== null && "total" in counted;
    return {
      entries: entries as readonly Entry[],
      next: nextCursor(headers.get("Link")),
      pagination: isCounted ? (counted as Pagination) : undefined,
    };
  }

  [Symbol.asyncIterator](): AsyncIterator<Entry, void, undefined> {
    return allPages<Entry>(({ cursor }) => this.page({ cursor }), undefined);
  }
}
