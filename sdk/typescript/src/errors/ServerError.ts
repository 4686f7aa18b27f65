import { SocialServiceError } from "./SocialServiceError.js";

/** 5xx: the service, or something in front of it, could not do its part. Nothing was wrong with the request. */
export class ServerError extends SocialServiceError {
  override readonly name = "ServerError";
}
