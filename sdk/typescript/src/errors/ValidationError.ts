import { SocialServiceError } from "./SocialServiceError.js";

/** What was sent cannot be: 400, and 413 or 415 for a body that is too large or of another type. */
export class ValidationError extends SocialServiceError {
  override readonly name = "ValidationError";
}
