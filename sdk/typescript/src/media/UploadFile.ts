import type { MediaPurpose } from "./answers.js";
import type { CoverOptions, UploadSource } from "./options.js";

/** A file to be uploaded, and what is said of it. */
export class UploadFile {
  readonly purpose: MediaPurpose;
  readonly blob: Blob;
  readonly name: string;
  readonly trackId: string | undefined;
  readonly isProfileCover: boolean;

  /** @throws TypeError for what cannot be uploaded. */
  constructor(purpose: MediaPurpose, source: UploadSource, options: CoverOptions) {
    this.purpose = purpose;
    this.blob = source instanceof Blob ? source : new Blob([source]);
    const named: unknown = Reflect.get(this.blob, "name");
    this.name = options.fileName ?? (typeof named === "string" && named !== "" ? named : "file");
    // It stands in a form and in a header, whose parts it must not end.
    if (options.trackId !== undefined && !/^[\x21-\x7E]+$/.test(options.trackId)) {
      throw new TypeError("trackId must be an id");
    }
    this.trackId = options.trackId;
    this.isProfileCover = options.isProfileCover ?? false;
  }

  get size(): number {
    return this.blob.size;
  }

  /** The fields of the form beside the file. */
  get fields(): ReadonlyArray<readonly [name: string, value: string]> {
    const fields: Array<readonly [string, string]> = [];
    if (this.trackId !== undefined) fields.push(["trackId", this.trackId]);
    if (this.isProfileCover) fields.push(["type", "profile"]);
    return fields;
  }

  /** `Upload-Metadata` of tus: names and values in Base64. */
  get metadata(): string {
    const pairs = [["filename", this.name], ["purpose", this.purpose], ...this.fields];
    return pairs.map(([name, value]) => `${name} ${base64(new TextEncoder().encode(value))}`).join(",");
  }
}

export function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
