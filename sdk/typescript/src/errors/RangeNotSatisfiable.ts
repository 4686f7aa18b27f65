import { SocialServiceError } from "./SocialServiceError.js";

/** 416: the file has no byte in the range that was asked for. */
export class RangeNotSatisfiable extends SocialServiceError {
  override readonly name = "RangeNotSatisfiable";
}
