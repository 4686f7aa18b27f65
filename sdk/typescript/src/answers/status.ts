import type { OnlineStatus } from "./common.js";

/** What a user sets about themselves. */
export interface Playing {
  /** 1 to 100 characters on one line. None when it is null or left out. */
  readonly currentGame?: string | null | undefined;
}

/** The presence of a user, merged over all devices. Each login is a device. */
export interface OwnStatus {
  readonly userId: string;
  readonly status: OnlineStatus;
  /** ISO 8601, UTC. */
  readonly lastSeen: string | null;
  readonly currentGame: string | null;
}

/** What a heartbeat is answered with. */
export interface Heartbeat extends OwnStatus {
  /** When the next one is due. */
  readonly nextHeartbeatInSeconds: number;
}

/** How a friend is there. */
export interface FriendStatus extends OwnStatus {
  readonly username: string;
}
