import { SocialServiceError } from "./SocialServiceError.js";

/** 429: asked too often, and still after the retries. `retryAfterSeconds` says when there is room again. */
export class RateLimited extends SocialServiceError {
  override readonly name = "RateLimited";
}
