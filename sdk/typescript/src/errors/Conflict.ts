import { SocialServiceError } from "./SocialServiceError.js";

/** 409, 412, 423: the present state forbids it, such as a second friend request (`FRIEND_REQUEST_EXISTS`). */
export class Conflict extends SocialServiceError {
  override readonly name = "Conflict";
}
