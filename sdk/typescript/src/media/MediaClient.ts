import type { CallOptions } from "../CallOptions.js";
import type { Operation } from "../operations.js";
import { NotFound } from "../errors/NotFound.js";
import { UnreadableAnswer } from "../errors/UnreadableAnswer.js";
import { Connection } from "../transport/Connection.js";
import { Credentials } from "../transport/Credentials.js";
import type { ParametersOf } from "../transport/fillPath.js";
import { RetryPolicy } from "../transport/RetryPolicy.js";
import { ServiceRequest } from "../transport/ServiceRequest.js";
import { Transport } from "../transport/Transport.js";
import type { MediaFile, MediaPurpose, MediaStatus, Waveform } from "./answers.js";
import { Download } from "./Download.js";
import { formBody } from "./formBody.js";
import { mediaOperations } from "./mediaOperations.js";
import type { CoverOptions, MediaOptions, PictureSize, UploadOptions, UploadSource } from "./options.js";
import { NotResumable, ResumableUpload, uploadIdOf } from "./ResumableUpload.js";
import { UploadFile } from "./UploadFile.js";

const uploads = {
  avatar: mediaOperations.uploadAvatar, track: mediaOperations.uploadTrack, cover: mediaOperations.uploadCover,
  other: mediaOperations.uploadFile,
} as const;

/**
 * Avatars, tracks, covers and other files: uploads with progress that can be resumed, downloads, ranges.
 *
 * Calls reject as those of `SocialServiceClient` do. No file is held in memory as a whole, unless it is given so.
 */
export class MediaClient {
  readonly #transport: Transport;
  readonly #retries: RetryPolicy;
  readonly #resumable: ResumableUpload;
  readonly #chunkBytes: number;

  /** @throws TypeError or RangeError for options that cannot work. */
  constructor(options: MediaOptions) {
    const connection = new Connection({
      baseUrl: options.baseUrl,
      credentials: new Credentials(options.apiKey, undefined),
      timeoutMilliseconds: options.timeoutMilliseconds ?? 30_000,
      fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    });
    this.#chunkBytes = options.chunkBytes ?? 4 * 1024 * 1024;
    if (!Number.isInteger(this.#chunkBytes) || this.#chunkBytes < 1) {
      throw new RangeError("chunkBytes must be a whole number above 0");
    }
    this.#retries = new RetryPolicy(options.retries ?? 3);
    this.#transport = new Transport(connection, this.#retries);
    const once = new Transport(connection, new RetryPolicy(0));
    this.#resumable = new ResumableUpload(this.#transport, once, this.#retries, this.#chunkBytes);
  }

  /** Replaces the caller's avatar: JPEG, PNG or WebP. */
  async uploadAvatar(source: UploadSource, options: UploadOptions = {}): Promise<MediaFile> {
    return await this.#upload("avatar", source, options);
  }

  /** Publishes a track: MP3, WAV, Ogg Vorbis, Opus, FLAC, M4A or AAC. */
  async uploadTrack(source: UploadSource, options: UploadOptions = {}): Promise<MediaFile> {
    return await this.#upload("track", source, options);
  }

  /** Sets the cover of a track or of the profile. @throws `NotFound` for a track that the caller does not have. */
  async uploadCover(source: UploadSource, options: CoverOptions = {}): Promise<MediaFile> {
    return await this.#upload("cover", source, options);
  }

  /** Stores any other file. */
  async uploadFile(source: UploadSource, options: UploadOptions = {}): Promise<MediaFile> {
    return await this.#upload("other", source, options);
  }

  /** Ends a resumable upload that is not complete, and deletes what the service has of it. */
  async deleteUpload(uploadUrl: string, options: CallOptions = {}): Promise<void> {
    await this.#resumable.delete(uploadIdOf(uploadUrl), options);
  }

  /** Opens any file. @throws `NotFound` */
  async download(fileId: string, options: CallOptions = {}): Promise<Download> {
    return await this.#open(mediaOperations.readFile, { fileId }, options);
  }

  /**
   * Opens a part of any file.
   *
   * @param start The first byte, from 0 on.
   * @param end The last byte; the file's if left out. One beyond the end is the end.
   * @throws `RangeNotSatisfiable` if the file has no byte at `start`; `NotFound`
   */
  async downloadRange(fileId: string, start: number, end?: number, options: CallOptions = {}): Promise<Download> {
    const last = end ?? Number.MAX_SAFE_INTEGER;
    if (!Number.isSafeInteger(start) || !Number.isSafeInteger(last) || start < 0 || last < start) {
      throw new TypeError("start and end must be whole numbers from 0 on, in order");
    }
    return await this.#open(mediaOperations.readFile, { fileId }, options, {}, [start, end]);
  }

  /** Opens a track as it was uploaded, which counts as a play. @throws `NotFound` */
  async downloadTrack(trackId: string, options: CallOptions = {}): Promise<Download> {
    return await this.#open(mediaOperations.readTrack, { trackId }, options);
  }

  /** Opens a user's avatar. @throws `NotFound` if there is none */
  async downloadAvatar(userId: string, options: CallOptions & { size?: PictureSize } = {}): Promise<Download> {
    return await this.#open(mediaOperations.readAvatar, { userId }, options, { size: options.size });
  }

  /** Opens a track's cover. @throws `NotFound` if there is none */
  async downloadCover(trackId: string, options: CallOptions & { size?: PictureSize } = {}): Promise<Download> {
    return await this.#open(mediaOperations.readCover, { trackId }, options, { size: options.size });
  }

  /** The waveform of a track. @throws `NotFound` also while a worker has not computed it */
  async waveform(trackId: string, options: CallOptions = {}): Promise<Waveform> {
    return await this.#transport.send(new ServiceRequest(mediaOperations.readWaveform, { trackId }), options);
  }

  /** The state of an upload, for its owner. @throws `NotFound` */
  async status(fileId: string, options: CallOptions = {}): Promise<MediaStatus> {
    const request = new ServiceRequest(mediaOperations.readStatus, { fileId });
    const { file, status, reason } = await this.#transport.send<MediaStatus>(request, options);
    return reason === undefined ? { file, status } : { file, status, reason };
  }

  /** Deletes a file, and with a track its covers. @throws `NotFound` */
  async deleteFile(fileId: string, options: CallOptions = {}): Promise<void> {
    await this.#transport.send(new ServiceRequest(mediaOperations.deleteFile, { fileId }), options);
  }

  /** As `deleteFile`, for tracks alone. @throws `NotFound` */
  async deleteTrack(trackId: string, options: CallOptions = {}): Promise<void> {
    await this.#transport.send(new ServiceRequest(mediaOperations.deleteTrack, { trackId }), options);
  }

  async #upload(purpose: MediaPurpose, source: UploadSource, options: CoverOptions): Promise<MediaFile> {
    const file = new UploadFile(purpose, source, options);
    const onProgress = progressOf(options);
    const isResumable = options.resumable ?? file.size > this.#chunkBytes;
    if (file.size > 0 && (isResumable || options.uploadUrl !== undefined)) {
      try {
        return await this.#uploadInParts(file, onProgress, options);
      } catch (failure) {
        if (!(failure instanceof NotResumable)) throw failure;
      }
    }
    const request = new ServiceRequest(uploads[purpose], {}, { content: formBody(file, onProgress) });
    const answer = await this.#transport.send<{ file: MediaFile }>(request, options);
    onProgress(file.size, file.size);
    return answer.file;
  }

  async #uploadInParts(
    file: UploadFile,
    onProgress: (sent: number, total: number) => void,
    options: UploadOptions,
  ): Promise<MediaFile> {
    let url = options.uploadUrl;
    for (;;) {
      const isNew = url === undefined;
      if (url === undefined) {
        url = await this.#resumable.create(file, options);
        options.onUploadUrl?.(url);
      }
      const id = uploadIdOf(url);
      const isComplete = await this.#resumable.send(id, file, onProgress, options);
      // An upload that is complete does not exist any more: the file has its id.
      const stored = await this.#stored(id, options);
      if (stored !== undefined) {
        onProgress(file.size, file.size);
        return stored;
      }
      if (isComplete || isNew) {
        throw new UnreadableAnswer(404, `/media/uploads/${id}`, "The upload does not exist any more", undefined);
      }
      // It has expired: the file is uploaded from its begin.
      url = undefined;
    }
  }

  async #stored(fileId: string, options: CallOptions): Promise<MediaFile | undefined> {
    try {
      return (await this.status(fileId, options)).file;
    } catch (failure) {
      if (failure instanceof NotFound) return undefined;
      throw failure;
    }
  }

  async #open<Path extends string>(
    operation: Operation<Path>,
    parameters: Readonly<Record<ParametersOf<Path>, string>>,
    options: CallOptions,
    query: Readonly<Record<string, number | undefined>> = {},
    range?: readonly [start: number, end: number | undefined],
  ): Promise<Download> {
    const requestOf = (more: Readonly<Record<string, string>>): ServiceRequest<Path> =>
      new ServiceRequest(operation, parameters, { query, headers: { Accept: "*/*", ...more } });
    const end = range?.[1] ?? "";
    const request = requestOf(range === undefined ? {} : { Range: `bytes=${range[0]}-${end}` });
    const answer = await this.#transport.open(request, options);
    if (range !== undefined && answer.status !== 206) {
      await answer.discard();
      throw new UnreadableAnswer(answer.status, answer.path, "The answer is not the range", undefined);
    }
    return new Download(answer, {
      request, retries: this.#retries, signal: options.signal, start: range?.[0] ?? 0,
      from: (position, etag) =>
        this.#transport.open(requestOf({ Range: `bytes=${position}-${end}`, "If-Range": etag }), options),
    });
  }
}

/** Reports each change once. */
function progressOf(options: UploadOptions): (sent: number, total: number) => void {
  let last = -1;
  return (sent, total) => {
    if (sent !== last) options.onProgress?.(sent, total);
    last = sent;
  };
}
