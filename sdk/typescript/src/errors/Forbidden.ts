import { SocialServiceError } from "./SocialServiceError.js";

/** 403: not allowed for this user, such as a message to a user who is not a friend (`NOT_FRIENDS`). */
export class Forbidden extends SocialServiceError {
  override readonly name = "Forbidden";
}
