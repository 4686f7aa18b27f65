internal import CPostgres
internal import Chassis

extension Pipeline {
    /// Handles all results that have arrived.
    func receive() {
        guard libpq.receive() else { return loseConnection("the server closed the connection") }
        lastReceived = loop.now
        var sawEnd = false
        while !isClosed, let next = expected.first, libpq.hasResult {
            let result = libpq.takeResult()
            if case .sync = next {
                // An error at the Sync itself is followed by one null result; a second one means: nothing arrived yet.
                guard result != nil || !sawEnd else { return }
                sawEnd = result == nil
                if let result { takeSync(result) }
            } else if let result {
                PQclear(arrived)
                arrived = result
            } else if let complete = arrived {
                arrived = nil
                _ = expected.popFirst()
                take(complete, for: next)
            } else {
                return
            }
        }
    }

    private func take(_ result: OpaquePointer, for expected: Expected) {
        switch expected {
        case .result(let query): receive(result, for: query)
        case .preparation(let statement): finishPreparation(of: statement, result)
        case .removal, .sync: PQclear(result)
        }
    }

    private func receive(_ result: OpaquePointer, for query: Query) {
        if query.isShared { return receiveShared(result, for: query) }
        switch PQresultStatus(result) {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK:
            complete(query, .success(Rows(result)))
        case PGRES_PIPELINE_ABORTED:
            PQclear(result)
            retryIsolated(query)
        default:
            let report = ServerReport(result)
            PQclear(result)
            fail(query, report)
        }
    }

    /// Nothing is certain before the Sync: a later statement of the same implicit transaction can undo it.
    private func receiveShared(_ result: OpaquePointer, for query: Query) {
        switch PQresultStatus(result) {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK:
            pendingSharedWrites.append((query, .success(Rows(result))))
            return
        case PGRES_PIPELINE_ABORTED:
            PQclear(result)
        default:
            let report = ServerReport(result)
            PQclear(result)
            if report.endsSession { return loseConnection(report.failure.description, with: query) }
            if report.needsPreparation {
                let isKnown = report.failure.sqlState != .unknownStatement
                preparations.forget(query.statement, query.preparation, isKnown: isKnown)
            }
        }
        hasSharedFailure = true
        pendingSharedWrites.append((query, .failure(.connectionLost)))
    }

    /// Completes the shared writes when their Sync has completed: all are committed, or none.
    private func completeSharedWrites() {
        let writes = pendingSharedWrites
        let hasFailed = hasSharedFailure
        pendingSharedWrites = []
        hasSharedFailure = false
        for (query, outcome) in writes {
            if hasFailed { retryIsolated(query) } else { finish(query, outcome) }
        }
    }

    /// Completes a read immediately, a write when its Sync has completed.
    private func complete(_ query: Query, _ outcome: Query.Outcome) {
        switch query.effect {
        case .read: finish(query, outcome)
        case .write, .sharedWrite: pendingWrite = (query, outcome)
        }
    }

    /// Sends a query again, isolated, because the server skipped it after another query's failure.
    private func retryIsolated(_ query: Query) {
        guard !query.wasIsolated else {
            return complete(query, .failure(.unexpectedResult("the server skipped an isolated statement")))
        }
        query.wasIsolated = true
        metrics.resent.increment()
        resubmit(query)
    }

    private func fail(_ query: Query, _ report: ServerReport) {
        if report.endsSession { return loseConnection(report.failure.description, with: query) }
        guard report.needsPreparation else { return complete(query, .failure(report.error)) }
        if let failure = preparations.failure(of: query.statement) {
            return complete(query, .failure(.rejected(failure)))
        }
        guard !query.wasPreparedAgain else { return complete(query, .failure(report.error)) }
        let isKnown = report.failure.sqlState != .unknownStatement
        preparations.forget(query.statement, query.preparation, isKnown: isKnown)
        query.wasPreparedAgain = true
        metrics.resent.increment()
        resubmit(query)
    }

    private func finishPreparation(of statement: Statement, _ result: OpaquePointer) {
        defer { PQclear(result) }
        guard PQresultStatus(result) != PGRES_COMMAND_OK else { return }
        let report = ServerReport(result)
        if report.endsSession { loseConnection(report.failure.description) }
        preparations.fail(statement, report.failure)
    }

    private func takeSync(_ result: OpaquePointer) {
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_PIPELINE_SYNC else {
            // A deferred constraint fails at the commit, after its statement succeeded.
            let report = ServerReport(result)
            if report.endsSession { return loseConnection(report.failure.description) }
            if let (query, _) = pendingWrite { pendingWrite = (query, .failure(report.error)) }
            hasSharedFailure = !pendingSharedWrites.isEmpty
            return
        }
        _ = expected.popFirst()
        if !pendingSharedWrites.isEmpty { completeSharedWrites() }
        guard let (query, outcome) = pendingWrite else { return }
        pendingWrite = nil
        finish(query, outcome)
    }
}
