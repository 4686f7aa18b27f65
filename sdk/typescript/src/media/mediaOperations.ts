import { by, repeatable } from "../operations.js";

const reader = by("reader");
const person = by("person");

/** Everything the media client can ask for: the one place where its methods and paths are written down. */
export const mediaOperations = {
  uploadAvatar: person("POST", "/media/upload/avatar"),
  uploadTrack: person("POST", "/media/upload/track"),
  uploadCover: person("POST", "/media/upload/cover"),
  uploadFile: person("POST", "/media/upload/file"),
  readAvatar: reader("GET", "/media/avatar/{userId}"),
  readTrack: reader("GET", "/media/track/{trackId}"),
  readWaveform: reader("GET", "/media/track/{trackId}/waveform"),
  readCover: reader("GET", "/media/cover/{trackId}"),
  readFile: reader("GET", "/media/file/{fileId}"),
  deleteFile: person("DELETE", "/media/file/{fileId}"),
  deleteTrack: person("DELETE", "/media/track/{trackId}"),
  readStatus: person("GET", "/media/file/{fileId}/status"),
} as const;

/** Resumable uploads, by tus 1.0 (https://tus.io/protocols/resumable-upload). */
export const uploadOperations = {
  // What is created twice expires unused.
  createUpload: repeatable(person("POST", "/media/uploads")),
  readUpload: person("HEAD", "/media/uploads/{uploadId}"),
  // The offset in the request makes a second one harmless.
  appendToUpload: person("PATCH", "/media/uploads/{uploadId}"),
  deleteUpload: person("DELETE", "/media/uploads/{uploadId}"),
} as const;
