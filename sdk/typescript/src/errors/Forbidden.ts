import { SocialServiceError } from "./SocialServiceError.js";

/** 403: it exists, but not for whoever asks, such as writing to somebody who is no friend (`NOT_FRIENDS`). */
export class Forbidden extends SocialServiceError {
  override readonly name = "Forbidden";
}
