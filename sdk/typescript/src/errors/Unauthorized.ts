import { SocialServiceError } from "./SocialServiceError.js";

/** 401: the token is missing, wrong or has expired. Log in again, or renew it. */
export class Unauthorized extends SocialServiceError {
  override readonly name = "Unauthorized";
}
