/** What a file is for. */
export type MediaPurpose = "avatar" | "track" | "cover" | "other";

/** The loudness of a recording by EBU R 128. */
export interface Loudness {
  /** In LUFS. */
  readonly integrated?: number;
  /** In LU. */
  readonly range?: number;
  /** In dBTP. */
  readonly truePeak?: number;
}

/** What a worker found in a file. Every member may be missing. */
export interface MediaMetadata {
  /** Recordings: in seconds. */
  readonly duration?: number;
  /** Recordings: in kbit/s. */
  readonly bitrate?: number;
  /** Such as `jpeg` or `mp3`. */
  readonly format?: string;
  /** Pictures: in pixels. */
  readonly width?: number;
  readonly height?: number;
  readonly codec?: string;
  /** In Hz. */
  readonly sampleRate?: number;
  readonly channels?: number;
  readonly title?: string;
  readonly artist?: string;
  readonly album?: string;
  readonly genre?: string;
  readonly year?: number;
  readonly loudness?: Loudness;
  /** Pictures: a ThumbHash in Base64, shown until the picture is loaded. */
  readonly placeholder?: string;
  /** Pictures: the dominant colour, such as `#a0b1c2`. */
  readonly color?: string;
}

/** An uploaded file. */
export interface MediaFile {
  readonly fileId: string;
  readonly userId: string;
  readonly type: MediaPurpose;
  /** The name that the client sent. */
  readonly originalName: string;
  readonly fileName: string;
  /** By the file's first bytes. */
  readonly mimeType: string;
  /** In bytes. */
  readonly size: number;
  /** Absolute. */
  readonly url: string;
  readonly metadata?: MediaMetadata;
  /** ISO 8601, UTC, with milliseconds. */
  readonly createdAt?: string;
  readonly updatedAt?: string;
}

/** The state of an upload. */
export interface MediaStatus {
  readonly file: MediaFile;
  /** `pending` until a worker has read the file. */
  readonly status: "pending" | "ready" | "failed";
  /** Why it has failed. */
  readonly reason?: string;
}

/** The waveform of a track: the JSON of audiowaveform, version 2. */
export interface Waveform {
  readonly version: 2;
  readonly channels: number;
  readonly sample_rate: number;
  readonly samples_per_pixel: number;
  readonly bits: 8 | 16;
  readonly length: number;
  /** The minimum and the maximum of each pixel, in turn. */
  readonly data: readonly number[];
}
