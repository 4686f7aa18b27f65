import { by, repeatable } from "../operations.js";

const reader = by("reader");
const person = by("person");

/** Everything the musicians' client can ask for: the one place where its methods and paths are written down. */
export const musiciansOperations = {
  listUsers: reader("GET", "/users"),
  readProfile: reader("GET", "/users/{id}/profile"),
  updateProfile: person("PUT", "/users/{id}/profile"),
  readProfileByUsername: reader("GET", "/users/username/{username}"),
  readPublicProfile: reader("GET", "/users/{username}/public"),
  listTracks: reader("GET", "/users/{username}/tracks"),
  listAudioFiles: reader("GET", "/users/{username}/audio-files"),

  // Following a followed user is not an error.
  follow: repeatable(person("POST", "/social/follow/{userId}")),
  unfollow: person("DELETE", "/social/unfollow/{userId}"),
  listFollowers: reader("GET", "/social/followers/{userId}"),
  listFollowing: reader("GET", "/social/following/{userId}"),
  isFollowing: reader("GET", "/social/isFollowing/{followerId}/{followingId}"),
  readFeed: person("GET", "/social/feed"),
} as const;
