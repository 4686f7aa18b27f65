import type { CallOptions } from "../CallOptions.js";
import type { TokenProvider } from "../transport/Credentials.js";

/** Where media is, and how it is asked. */
export interface MediaOptions {
  /** What stands in front of `/media`, such as `http://localhost:3000`. */
  readonly baseUrl: string;
  /** The user's bearer token, or what provides it, such as `session.token`. Public files need none. */
  readonly apiKey?: string | TokenProvider | undefined;
  /** How long an attempt may be without progress. 30 seconds if left out. */
  readonly timeoutMilliseconds?: number | undefined;
  /** How often a call is repeated, after the first attempt, when that is safe. 3 if left out; 0 for never. */
  readonly retries?: number | undefined;
  /** What makes the requests, in place of the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Bytes of each part of a resumable upload, of which one is in memory. 4 MiB if left out. */
  readonly chunkBytes?: number | undefined;
}

/** What is uploaded. A `Blob` is read piece by piece, such as a browser's `File` or Node's `openAsBlob(path)`. */
export type UploadSource = Blob | ArrayBuffer | Uint8Array;

/** How a file is uploaded. */
export interface UploadOptions extends CallOptions {
  /** The name that others see; that of a `File` if left out, else `file`. */
  readonly fileName?: string | undefined;
  /** Called with the bytes that were sent so far and the bytes of the file. It restarts lower after a failure. */
  readonly onProgress?: ((sent: number, total: number) => void) | undefined;
  /**
   * Whether the upload can be resumed after a failure: in parts, by tus. If left out, files above one part are
   * uploaded so, if the service can.
   */
  readonly resumable?: boolean | undefined;
  /** The address of an upload that was begun before: what it has is not sent again. */
  readonly uploadUrl?: string | undefined;
  /** Called with the address of a resumable upload, to be kept for `uploadUrl`. */
  readonly onUploadUrl?: ((url: string) => void) | undefined;
}

/** How a cover is uploaded. Without `trackId` and `isProfileCover` it is that of the newest track. */
export interface CoverOptions extends UploadOptions {
  readonly trackId?: string | undefined;
  /** Whether it is the cover of the profile. */
  readonly isProfileCover?: boolean | undefined;
}

/** Pixels per side of a square; 1200 is the whole picture inside 1200 × 1200. */
export type PictureSize = 256 | 512 | 1200;
