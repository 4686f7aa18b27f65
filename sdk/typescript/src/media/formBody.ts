import type { Deadline } from "../transport/Deadline.js";
import type { RequestBody } from "../transport/ServiceRequest.js";
import type { UploadFile } from "./UploadFile.js";

/** Bytes a second that even a slow client sends, where nothing tells how far an upload is. */
const slowestRate = 64 * 1024;

/** Bytes of one piece in memory. */
const pieceBytes = 128 * 1024;

/** Whether `fetch` sends streams: browsers do so over HTTP/2 alone, or not at all. */
const sendsStreams =
  Reflect.get(globalThis, "process") !== undefined && Reflect.get(globalThis, "window") === undefined;

/**
 * A `multipart/form-data` body (RFC 7578) whose file is read piece by piece. Where `fetch` sends streams, progress is
 * known by the piece; elsewhere at the begin alone.
 */
export function formBody(file: UploadFile, onProgress: (sent: number, total: number) => void): RequestBody {
  const boundary = `socialplay-${Array.from({ length: 4 }, () => Math.random().toString(36).slice(2)).join("")}`;
  const text = new TextEncoder();
  const fields = file.fields.map(([name, value]) =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`);
  // As browsers escape names (https://html.spec.whatwg.org/#multipart-form-data).
  const name = file.name.replace(/\r/g, "%0D").replace(/\n/g, "%0A").replace(/"/g, "%22");
  const head = text.encode(
    `${fields.join("")}--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n` +
      "Content-Type: application/octet-stream\r\n\r\n");
  const tail = text.encode(`\r\n--${boundary}--\r\n`);
  const headers = { "Content-Type": `multipart/form-data; boundary=${boundary}` };
  if (!sendsStreams) {
    const make = (): Blob => {
      onProgress(0, file.size);
      return new Blob([head, file.blob, tail]);
    };
    return { make, headers, extraMilliseconds: (file.size / slowestRate) * 1_000 };
  }
  const length = head.byteLength + file.size + tail.byteLength;
  const blobs = [new Blob([head]), file.blob, new Blob([tail])].filter(({ size }) => size > 0);
  return {
    make: (deadline) => streamOf(blobs, deadline, (sent) =>
      onProgress(Math.max(0, Math.min(sent - head.byteLength, file.size)), file.size)),
    headers: { ...headers, "Content-Length": String(length) },
    extraMilliseconds: 0,
  };
}

/** The bytes of blobs, one piece in memory at a time. A piece counts as sent when the next one is asked for. */
function streamOf(
  blobs: readonly Blob[],
  deadline: Deadline,
  onSent: (bytes: number) => void,
): ReadableStream<Uint8Array> {
  let blob = 0;
  let offset = 0;
  let sent = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      deadline.extend();
      onSent(sent);
      const current = blobs[blob];
      if (current === undefined) return controller.close();
      // Slices are read one by one, because the stream of a blob may come in pieces of any size.
      const bytes = new Uint8Array(await current.slice(offset, offset + pieceBytes).arrayBuffer());
      offset += bytes.byteLength;
      sent += bytes.byteLength;
      if (offset === current.size) {
        blob += 1;
        offset = 0;
      }
      controller.enqueue(bytes);
    },
  }, { highWaterMark: 0 });
}
