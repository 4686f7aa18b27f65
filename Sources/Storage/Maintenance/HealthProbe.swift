package import Postgres

/// The statements of the health checks.
package enum HealthProbe {
    /// Needs a connection, and no table.
    package static let connection = Statement("health_connection", "SELECT 1")
    /// Needs the schema.
    package static let accounts = Statement("health_accounts", "SELECT id FROM accounts LIMIT 1")
}
