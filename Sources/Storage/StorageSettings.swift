package import Chassis
package import Postgres

/// The settings of PostgreSQL that all processes share.
package enum StorageSettings {
    /// - Parameters:
    ///   - process: The application name in `pg_stat_activity`.
    ///   - connections: The number of connections of each event loop.
    package static func database(
        _ reader: inout SettingsReader, process: String, connections: Int = 1
    ) -> DatabaseSettings {
        let url = reader.read(
            Setting(
                "DATABASE_URL", default: nil, "URL of PostgreSQL, postgresql://… (make run starts its own)",
                parse: { $0.hasPrefix("postgresql://") || $0.hasPrefix("postgres://") ? $0 : nil }),
            placeholder: "")
        return DatabaseSettings(url: Secret(url), connections: connections, applicationName: process)
    }
}

/// The statements of the health checks.
package enum HealthProbe {
    /// Needs a connection, and no table.
    package static let connection = Statement("health_connection", "SELECT 1")
    /// Needs the schema.
    package static let accounts = Statement("health_accounts", "SELECT id FROM accounts LIMIT 1")
}
