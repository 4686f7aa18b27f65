internal import CPostgres
package import Chassis

/// A blocking connection, for migrations at start and for tests. Never use it on an event loop or on Swift's
/// cooperative pool. Not `Sendable`: one thread at a time.
package final class BlockingConnection {
    private let connection: OpaquePointer

    private init(_ connection: OpaquePointer) {
        self.connection = connection
    }

    deinit {
        PQfinish(connection)
    }

    /// Connects, with a timeout of ten seconds.
    /// - Throws: ``PostgresError/rejected(_:)`` with libpq's message, which never holds the password.
    package static func open(_ url: Secret<String>) throws(PostgresError) -> BlockingConnection {
        guard var parameters = ConnectionParameters(url: url) else {
            throw rejection("the database URL is invalid")
        }
        parameters.suggest("connect_timeout", "10")
        guard let connection = parameters.connect() else { throw rejection("out of memory") }
        let opened = BlockingConnection(connection)
        guard PQstatus(connection) == CONNECTION_OK else { throw rejection(libpqMessage(of: connection)) }
        PQsetNoticeReceiver(connection, { _, _ in }, nil)
        return opened
    }

    /// Runs one or more statements; without BEGIN they are one transaction.
    package func run(_ sql: String) throws(PostgresError) {
        _ = try rows(PQexec(connection, sql))
    }

    /// Runs one statement with its parameters.
    package func query(_ sql: String, _ values: [PostgresValue] = []) throws(PostgresError) -> Rows {
        var parameters = ParameterBuffer()
        guard parameters.load(values) else { throw .unexpectedResult("a text contains U+0000") }
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

    private static func rejection(_ reason: String) -> PostgresError {
        .rejected(PostgresFailure(sqlState: .cannotConnect, constraint: nil, message: reason))
    }
}
