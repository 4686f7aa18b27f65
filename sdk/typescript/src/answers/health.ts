/** How the service is. */
export interface Health {
  /** `degraded` while a dependency does not answer or cannot be written to. */
  readonly status: "ok" | "degraded";
  /** ISO 8601, UTC. */
  readonly timestamp: string;
  /** Seconds since it was started. */
  readonly uptime: number;
  readonly version: string;
}

/** How something is that the service depends on. */
export interface Dependency {
  readonly status: "ok" | "error";
  /** Such as `5ms`. */
  readonly responseTime: string;
  /** Beside `error`. */
  readonly reason?: "no answer" | "cannot write";
}

/** How the service is, and everything that it depends on. */
export interface DetailedHealth extends Health {
  readonly dependencies: {
    readonly database: Dependency;
    readonly redis: Dependency;
    readonly userService: Dependency;
    readonly notificationService: Dependency;
  };
}
