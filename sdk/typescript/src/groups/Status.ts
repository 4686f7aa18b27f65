import type { CallOptions } from "../CallOptions.js";
import type { FriendStatus, Heartbeat, OwnStatus, Playing } from "../answers/status.js";
import { operations } from "../operations.js";
import { ServiceRequest } from "../transport/ServiceRequest.js";
import type { Transport } from "../transport/Transport.js";

/**
 * Who is there, and what they play. Each login is a device, and what is said here is said for the one that the token
 * belongs to; the responses merge all devices of a user.
 */
export class Status {
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Says that one is there. Without a game, one plays none any more.
   *
   * @throws `ValidationError` for a game whose name is too long; `ServerError` `STATUS_UPDATE_FAILED`.
   */
  async setOnline(playing: Playing = {}, options?: CallOptions): Promise<OwnStatus> {
    const body = { currentGame: playing.currentGame };
    return await this.#transport.send(new ServiceRequest(operations.setOnline, {}, { body }), options);
  }

  /** Says that one is there, but does not look. */
  async setAway(options?: CallOptions): Promise<OwnStatus> {
    return await this.#transport.send(new ServiceRequest(operations.setAway, {}), options);
  }

  /** Says that one leaves with this device. Who is there with another one is still shown as that. */
  async setOffline(options?: CallOptions): Promise<OwnStatus> {
    return await this.#transport.send(new ServiceRequest(operations.setOffline, {}), options);
  }

  /** Keeps this device where it is; the answer says when the next heartbeat is due. Who sends none goes offline. */
  async heartbeat(options?: CallOptions): Promise<Heartbeat> {
    return await this.#transport.send(new ServiceRequest(operations.heartbeat, {}), options);
  }

  /** How all friends are there. */
  async friends(options?: CallOptions): Promise<readonly FriendStatus[]> {
    return await this.#transport.send(new ServiceRequest(operations.listFriendStatuses, {}), options);
  }
}
