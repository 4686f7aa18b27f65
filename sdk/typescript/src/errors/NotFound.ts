import { SocialServiceError } from "./SocialServiceError.js";

/** 404: there is no such person, request, message or conversation; `code` says which. */
export class NotFound extends SocialServiceError {
  override readonly name = "NotFound";
}
