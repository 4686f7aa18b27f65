/** How the service is. */
export interface Health {
  /** `degraded` while something does not answer that the service depends on; only the detailed answer knows. */
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
