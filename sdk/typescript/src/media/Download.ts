import { ConnectionFailed } from "../errors/ConnectionFailed.js";
import { pause } from "../transport/pause.js";
import type { OpenAnswer } from "../transport/OpenAnswer.js";
import type { RetryPolicy } from "../transport/RetryPolicy.js";
import type { ServiceRequest } from "../transport/ServiceRequest.js";

/** The first and last byte of a range, and the bytes of the whole file. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
  readonly total: number;
}

/** How a download goes on after its connection broke. */
export interface Continuation {
  readonly request: ServiceRequest;
  readonly retries: RetryPolicy;
  readonly signal: AbortSignal | undefined;
  /** The first byte that was asked for. Browsers hide `Content-Range` of other origins. */
  readonly start: number;
  /** Asks for the bytes from a position on, if the file is still the same. */
  readonly from: (position: number, etag: string) => Promise<OpenAnswer>;
}

/**
 * A file, or a range of one, as it arrives. Read it to its end, or cancel `body`. A connection that breaks is made
 * again, and the rest is asked for, as long as the file does not change.
 */
export class Download {
  /** The bytes, one piece in memory at a time. */
  readonly body: ReadableStream<Uint8Array>;
  /** Bytes of `body`; undefined if the service does not say. */
  readonly size: number | undefined;
  /** The media type. */
  readonly type: string;
  /** Differs whenever the bytes of the file differ. */
  readonly etag: string | undefined;
  /** The range, if one was asked for; unknown in a page of another origin that the service does not show it. */
  readonly range: ByteRange | undefined;

  /** @internal */
  constructor(answer: OpenAnswer, continuation: Continuation) {
    const { headers } = answer.response;
    const length = headers.get("Content-Length");
    this.size = length === null ? undefined : Number(length);
    this.type = headers.get("Content-Type") ?? "application/octet-stream";
    this.etag = headers.get("ETag") ?? undefined;
    this.range = rangeOf(headers.get("Content-Range"));
    answer.pause();
    let isRead = false;
    const pieces = piecesOf(answer, this.etag, continuation);
    this.body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        isRead = true;
        const { done, value } = await pieces.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await (isRead ? pieces.return() : answer.discard());
      },
    }, { highWaterMark: 0 });
  }

  /** Reads everything into memory. */
  async bytes(): Promise<Uint8Array> {
    return new Uint8Array(await new Response(this.body).arrayBuffer());
  }

  /** Reads everything into a blob of the file's type. */
  async blob(): Promise<Blob> {
    return new Blob([await this.bytes()], { type: this.type });
  }
}

async function* piecesOf(
  first: OpenAnswer,
  etag: string | undefined,
  continuation: Continuation,
): AsyncGenerator<Uint8Array, void, undefined> {
  let answer = first;
  let position = continuation.start;
  for (let failures = 0; ; ) {
    try {
      for await (const piece of answer.pieces()) {
        position += piece.byteLength;
        failures = 0;
        yield piece;
      }
      return;
    } catch (failure) {
      failures += 1;
      const milliseconds = continuation.retries.pauseAfter(failure, failures, continuation.request);
      if (!(failure instanceof ConnectionFailed) || etag === undefined || milliseconds === undefined) throw failure;
      await pause(milliseconds, continuation.signal);
      answer = await continuation.from(position, etag);
      if (answer.status !== 206) {
        // The file has changed: the bytes so far belong to another one.
        await answer.discard();
        throw failure;
      }
    }
  }
}

function rangeOf(header: string | null): ByteRange | undefined {
  const [, start, end, total] = /^bytes ([0-9]+)-([0-9]+)\/([0-9]+)$/.exec(header ?? "") ?? [];
  if (start === undefined) return undefined;
  return { start: Number(start), end: Number(end), total: Number(total) };
}
