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
    /// Whether a transaction can write: a standby and a server with `default_transaction_read_only` say no. Needs no
    /// table.
    package static let isWritable = Statement(
        "health_is_writable", "SELECT current_setting('transaction_read_only') = 'off'")
    /// Needs the schema.
    package static let accounts = Statement("health_accounts", "SELECT id FROM accounts LIMIT 1")
}
