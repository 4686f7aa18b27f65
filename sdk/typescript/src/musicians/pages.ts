import type { CallOptions } from "../CallOptions.js";
import type { ServiceRequest } from "../transport/ServiceRequest.js";
import type { Transport } from "../transport/Transport.js";
import type { CursorOptions, CursorPage } from "./answers.js";

/** Reads one page of a list, whose next page is named by the answer's `Link` (RFC 8288). */
export async function readPage<Answer, Entry>(
  transport: Transport,
  request: ServiceRequest,
  entriesOf: (answer: Answer) => readonly Entry[],
  options: CallOptions,
): Promise<CursorPage<Entry>> {
  const { body, headers } = await transport.sendWithHeaders<Answer>(request, options);
  return { entries: entriesOf(body), next: nextCursor(headers.get("Link")) };
}

/** Yields the entries of all pages, and asks for a page when its first entry is wanted. */
export async function* allPages<Entry>(
  page: (cursor: CursorOptions) => Promise<CursorPage<Entry>>,
  limit: number | undefined,
): AsyncGenerator<Entry, void, undefined> {
  let cursor: string | undefined;
  do {
    const { entries, next } = await page({ limit, cursor });
    yield* entries;
    cursor = next;
  } while (cursor !== undefined);
}

/** @returns The cursor of the address with `rel="next"`; undefined if the header names none. */
export function nextCursor(link: string | null): string | undefined {
  const target = link?.match(/<([^<>]*)>\s*;\s*rel="?next"?/)?.[1];
  // The address is a path; only its query counts.
  return target === undefined ? undefined : (new URL(target, "http://localhost").searchParams.get("cursor") ?? undefined);
}
