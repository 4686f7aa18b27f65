import { SocialServiceError } from "./SocialServiceError.js";

/** 404, 410: there is no such person, request, message, conversation or file; `code` or `message` says which. */
export class NotFound extends SocialServiceError {
  override readonly name = "NotFound";
}
