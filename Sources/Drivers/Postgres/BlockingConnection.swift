internal import CPostgres
package import Chassis

/// A connection that blocks its caller, for migrations at start and for tests. Never use it on an event loop or on
/// Swift's cooperative pool. Not `Sendable`: one thread at a time.
package final class BlockingConnection {
    private let connection: OpaquePointer

    private init(_ connection: OpaquePointer) {
        self.connection = connection
    }

    deinit {
        PQfinish(connection)
    }

    /// Connects, within ten seconds.
    /// - Throws: ``PostgresError/rejected(_:)`` with libpq's reason, which never holds the password.
    package static func open(_ url: Secret<String>) throws(PostgresError) -> BlockingConnection {
        guard var parameters = ConnectionParameters(url: url) else {
            throw refusal("the URL of the database is not one")
        }
        parameters.suggest("connect_timeout", "10")
        guard let connection = parameters.connect() else { throw refusal("out of memory") }
        let opened = BlockingConnection(connection)
        guard PQstatus(connection) == CONNECTION_OK else { throw refusal(libpqMessage(of: connection)) }
        PQsetNoticeReceiver(connection, { _, _ in }, nil)
        return opened
    }

    /// Runs SQL of one or more statements; without BEGIN they are one transaction.
    package func run(_ sql: String) throws(PostgresError) {
        _ = try rows(PQexec(connection, sql))
    }

    /// Runs one statement with its parameters.
    package func query(_ sql: String, _ values: [PostgresValue] = []) throws(PostgresError) -> Rows {
        var parameters = ParameterBuffer()
        guard parameters.load(values) else { throw .unexpectedAnswer("a text contains U+0000") }
        return try rows(
            parameters.withPointers { count, values, lengths, formats in
                PQexecParams(connection, sql, count, nil, values, lengths, formats, 1)
            })
    }

    private func rows(_ result: OpaquePointer?) throws(PostgresError) -> Rows {
        guard let result else { throw .connectionLost }
        switch PQresultStatus(result) {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: return Rows(result)
        default:
            let report = ServerReport(result)
            PQclear(result)
            throw report.endsSession ? .connectionLost : report.error
        }
    }

    private static func refusal(_ reason: String) -> PostgresError {
        .rejected(PostgresFailure(sqlState: .cannotConnect, constraint: nil, message: reason))
    }
}
