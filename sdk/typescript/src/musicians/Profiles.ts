import type { CallOptions } from "../CallOptions.js";
import type { MediaFile } from "../media/answers.js";
import { ServiceRequest } from "../transport/ServiceRequest.js";
import type { Transport } from "../transport/Transport.js";
import type { CursorOptions, CursorPage, ProfileChanges, PublicProfile, UserProfile } from "./answers.js";
import { musiciansOperations } from "./musiciansOperations.js";
import { allPages, readPage } from "./pages.js";

/** Which users are listed. */
export interface UserFilter {
  /** A user who is left out, such as oneself. */
  readonly excludeUserId?: string | undefined;
}

/** Profiles of musicians and listeners, and their tracks. */
export class Profiles {
  /** Profiles of one page, when all are read. */
  static readonly #pageSize = 100;

  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The profile of a user. @throws `NotFound` */
  async byId(userId: string, options?: CallOptions): Promise<UserProfile> {
    return await this.#data(new ServiceRequest(musiciansOperations.readProfile, { id: userId }), options);
  }

  /** The profile of a user, by name, whatever its case. @throws `NotFound` */
  async byUsername(username: string, options?: CallOptions): Promise<UserProfile> {
    return await this.#data(new ServiceRequest(musiciansOperations.readProfileByUsername, { username }), options);
  }

  /** All users in the order of their ids. Pages of 100, or of `limit`, are read as the iteration comes to them. */
  all(
    filter: UserFilter & { readonly limit?: number | undefined } = {},
    options: CallOptions = {},
  ): AsyncGenerator<UserProfile, void, undefined> {
    const { excludeUserId, limit } = filter;
    return allPages((cursor) => this.page({ ...cursor, excludeUserId }, options), limit ?? Profiles.#pageSize);
  }

  /** All users as one list, which is held in memory. */
  async list(filter: UserFilter = {}, options: CallOptions = {}): Promise<readonly UserProfile[]> {
    const profiles: UserProfile[] = [];
    for await (const profile of this.all({ ...filter, limit: 500 }, options)) profiles.push(profile);
    return profiles;
  }

  /** One page of all users: 100 if no limit is given, at most 500. */
  async page(filter: UserFilter & CursorOptions = {}, options: CallOptions = {}): Promise<CursorPage<UserProfile>> {
    const { limit = Profiles.#pageSize, cursor, excludeUserId } = filter;
    const request = new ServiceRequest(musiciansOperations.listUsers, {}, { query: { limit, cursor, excludeUserId } });
    return await readPage<{ profiles: readonly UserProfile[] }, UserProfile>(
      this.#transport, request, ({ profiles }) => profiles, options);
  }

  /**
   * A profile with its tracks, and what it is to a viewer.
   *
   * @param viewer `viewerId` is the user for whom `isFollowing` and `isOwnProfile` are; the caller if left out.
   * @throws `NotFound`
   */
  async publicProfile(
    username: string,
    viewer: { readonly viewerId?: string | undefined } = {},
    options?: CallOptions,
  ): Promise<PublicProfile> {
    const query = { viewerId: viewer.viewerId };
    return await this.#data(new ServiceRequest(musiciansOperations.readPublicProfile, { username }, { query }), options);
  }

  /** The newest thousand tracks of a user, the newest first. @throws `NotFound` */
  async tracks(username: string, options?: CallOptions): Promise<readonly MediaFile[]> {
    return await this.#data(new ServiceRequest(musiciansOperations.listTracks, { username }), options);
  }

  /** As `tracks`, with every other file that is audio. @throws `NotFound` */
  async audioFiles(username: string, options?: CallOptions): Promise<readonly MediaFile[]> {
    const request = new ServiceRequest(musiciansOperations.listAudioFiles, { username });
    return (await this.#transport.send<{ audioFiles: readonly MediaFile[] }>(request, options)).audioFiles;
  }

  /**
   * Changes a profile, for its owner and administrators: what `changes` names, and nothing else.
   *
   * @throws `ValidationError` for a text that is too long, or no link; `Forbidden` for others.
   */
  async update(userId: string, changes: ProfileChanges, options?: CallOptions): Promise<UserProfile> {
    const content = { body: changes };
    return await this.#data(new ServiceRequest(musiciansOperations.updateProfile, { id: userId }, content), options);
  }

  async #data<Data>(request: ServiceRequest, options: CallOptions | undefined): Promise<Data> {
    return (await this.#transport.send<{ data: Data }>(request, options)).data;
  }
}
