import { SocialServiceError } from "./SocialServiceError.js";

/** 409: it is there already, such as a second friend request (`FRIEND_REQUEST_EXISTS`). */
export class Conflict extends SocialServiceError {
  override readonly name = "Conflict";
}
