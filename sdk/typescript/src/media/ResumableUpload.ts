import type { CallOptions } from "../CallOptions.js";
import { NotFound } from "../errors/NotFound.js";
import { SocialServiceError } from "../errors/SocialServiceError.js";
import { UnreadableAnswer } from "../errors/UnreadableAnswer.js";
import { pause } from "../transport/pause.js";
import type { OpenAnswer } from "../transport/OpenAnswer.js";
import type { RetryPolicy } from "../transport/RetryPolicy.js";
import { ServiceRequest } from "../transport/ServiceRequest.js";
import type { Transport } from "../transport/Transport.js";
import { uploadOperations } from "./mediaOperations.js";
import { base64 } from "./UploadFile.js";
import type { UploadFile } from "./UploadFile.js";

/** The service still makes the file of a request whose answer was lost. */
const locked = 423;
/** It says so once a second; a file is made in far less time. */
const mostLocks = 60;
/** Statuses that pass: another offset, the lock, and bytes that arrived damaged. */
const passing = [409, locked, 460];

const version = { "Tus-Resumable": "1.0.0" };

/** The service has no resumable uploads. */
export class NotResumable extends Error {}

/** Uploads files in parts by tus 1.0, with the extensions creation, checksum and expiration. */
export class ResumableUpload {
  readonly #transport: Transport;
  readonly #once: Transport;
  readonly #retries: RetryPolicy;
  readonly #chunkBytes: number;

  /** @param once Makes one attempt of each request: what follows a failure of a part is the offset of the service. */
  constructor(transport: Transport, once: Transport, retries: RetryPolicy, chunkBytes: number) {
    this.#transport = transport;
    this.#once = once;
    this.#retries = retries;
    this.#chunkBytes = chunkBytes;
  }

  /**
   * Begins an upload.
   *
   * @returns Its address, as the service says it.
   * @throws `NotResumable`
   */
  async create(file: UploadFile, options: CallOptions): Promise<string> {
    const headers = { ...version, "Upload-Length": String(file.size), "Upload-Metadata": file.metadata };
    const request = new ServiceRequest(uploadOperations.createUpload, {}, { headers });
    const answer = await this.#transport.open(request, options).catch((error) => {
      const isUnknown = error instanceof SocialServiceError && [404, 405, 501].includes(error.status);
      throw isUnknown && !isAboutTrack(file, error) ? new NotResumable() : error;
    });
    await answer.discard();
    const location = answer.response.headers.get("Location");
    if (location === null) throw unreadable(answer, "The answer names no upload");
    return location;
  }

  /**
   * Sends what an upload lacks, and asks for its offset after each failure.
   *
   * @returns False if the upload does not exist any more.
   */
  async send(
    id: string,
    file: UploadFile,
    onProgress: (sent: number, total: number) => void,
    options: CallOptions,
  ): Promise<boolean> {
    const request = new ServiceRequest(uploadOperations.appendToUpload, { uploadId: id });
    let offset: number | undefined;
    let locks = 0;
    for (let failures = 0; ; ) {
      try {
        offset ??= await this.#offset(id, file, options);
        onProgress(offset, file.size);
        if (offset === file.size) return true;
        offset = await this.#append(id, file, offset, options);
        failures = 0;
      } catch (failure) {
        if (failure instanceof NotFound) return false;
        offset = undefined;
        const isLocked = failure instanceof SocialServiceError && failure.status === locked;
        if (isLocked && locks < mostLocks) locks += 1;
        else failures += 1;
        const milliseconds = this.#retries.pauseAfter(failure, Math.max(1, failures), request, passing);
        if (milliseconds === undefined) throw failure;
        await pause(milliseconds, options.signal);
      }
    }
  }

  /** Ends an upload, and deletes what the service has of it. */
  async delete(id: string, options: CallOptions): Promise<void> {
    const request = new ServiceRequest(uploadOperations.deleteUpload, { uploadId: id }, { headers: version });
    await (await this.#once.open(request, options)).discard();
  }

  async #offset(id: string, file: UploadFile, options: CallOptions): Promise<number> {
    const request = new ServiceRequest(uploadOperations.readUpload, { uploadId: id }, { headers: version });
    const answer = await this.#once.open(request, options);
    await answer.discard();
    if (Number(answer.response.headers.get("Upload-Length") ?? file.size) !== file.size) {
      throw new TypeError("The upload was begun with a file of another size");
    }
    return offsetOf(answer);
  }

  async #append(id: string, file: UploadFile, offset: number, options: CallOptions): Promise<number> {
    const bytes = await file.blob.slice(offset, offset + this.#chunkBytes).arrayBuffer();
    const headers = {
      ...version, "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream",
      ...await checksum(bytes),
    };
    // At the least rate of a slow client, because nothing tells how far the part is.
    const content = { make: () => bytes, headers, extraMilliseconds: bytes.byteLength / 64 };
    const request = new ServiceRequest(uploadOperations.appendToUpload, { uploadId: id }, { content });
    const answer = await this.#once.open(request, options);
    await answer.discard();
    return offsetOf(answer);
  }
}

/** @returns The upload's id, the last segment of its address. @throws TypeError for another address. */
export function uploadIdOf(url: string): string {
  const [, id] = /\/media\/uploads\/([^/?#]+)$/.exec(url) ?? [];
  if (id === undefined) throw new TypeError("uploadUrl must be the address of an upload");
  return decodeURIComponent(id);
}

/** 404 may also mean the track of a cover. */
function isAboutTrack(file: UploadFile, error: SocialServiceError): boolean {
  return file.trackId !== undefined && error.status === 404 && /track/i.test(error.message);
}

function offsetOf(answer: OpenAnswer): number {
  const text = answer.response.headers.get("Upload-Offset");
  if (text === null || !/^[0-9]{1,15}$/.test(text)) throw unreadable(answer, "The answer has no Upload-Offset");
  return Number(text);
}

function unreadable(answer: OpenAnswer, message: string): UnreadableAnswer {
  const requestId = answer.response.headers.get("X-Request-Id") ?? undefined;
  return new UnreadableAnswer(answer.status, answer.path, message, requestId);
}

/**
 * The checksum of a part. SHA-1 finds what a connection damages, and every service with checksums knows it. Pages
 * without https have no digests: their parts are sent without.
 */
async function checksum(bytes: ArrayBuffer): Promise<Record<string, string>> {
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  if (subtle === undefined) return {};
  return { "Upload-Checksum": `sha1 ${base64(new Uint8Array(await subtle.digest("SHA-1", bytes)))}` };
}
