internal import CPostgres
internal import Chassis

extension Pipeline {
    /// Takes everything that the server has sent.
    func receive() {
        guard wire.receive() else { return lose("the server closed it") }
        lastSignOfLife = loop.now
        var sawEnd = false
        while !isOver, let next = expected.first, wire.hasResult {
            let result = wire.takeResult()
            if case .sync = next {
                // An error at the Sync itself is followed by one end mark; a second one means: nothing here yet.
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
        case .answer(let query): answer(query, result)
        case .preparation(let statement): settlePreparation(of: statement, result)
        case .removal, .sync: PQclear(result)
        }
    }

    private func answer(_ query: Query, _ result: OpaquePointer) {
        if query.isShared { return answerShared(query, result) }
        switch PQresultStatus(result) {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK:
            settle(query, .success(Rows(result)))
        case PGRES_PIPELINE_ABORTED:
            PQclear(result)
            repeatAlone(query)
        default:
            let report = ServerReport(result)
            PQclear(result)
            fail(query, report)
        }
    }

    /// Nothing is certain before the Sync: a later statement of the same implicit transaction can undo it.
    private func answerShared(_ query: Query, _ result: OpaquePointer) {
        switch PQresultStatus(result) {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK:
            settlingTogether.append((query, .success(Rows(result))))
            return
        case PGRES_PIPELINE_ABORTED:
            PQclear(result)
        default:
            let report = ServerReport(result)
            PQclear(result)
            if report.endsSession { return lose(report.failure.description, with: query) }
            if report.asksForPreparation {
                let isKnown = report.failure.sqlState != .unknownStatement
                preparations.forget(query.statement, query.preparation, isKnown: isKnown)
            }
        }
        hasSharedFailure = true
        settlingTogether.append((query, .failure(.connectionLost)))
    }

    /// Their common Sync is answered: all is committed, or nothing.
    private func settleTogether() {
        let settled = settlingTogether
        let hasFailed = hasSharedFailure
        settlingTogether = []
        hasSharedFailure = false
        for (query, answer) in settled {
            if hasFailed { repeatAlone(query) } else { finish(query, answer) }
        }
    }

    /// A write is done when its Sync is answered, a read at once.
    private func settle(_ query: Query, _ answer: Query.Answer) {
        switch query.effect {
        case .read: finish(query, answer)
        case .write, .sharedWrite: settling = (query, answer)
        }
    }

    /// A neighbour failed, so the server skipped this one.
    private func repeatAlone(_ query: Query) {
        guard !query.wasIsolated else {
            return settle(query, .failure(.unexpectedAnswer("the server skipped a statement")))
        }
        query.wasIsolated = true
        metrics.repeated.increment()
        resubmit(query)
    }

    private func fail(_ query: Query, _ report: ServerReport) {
        if report.endsSession { return lose(report.failure.description, with: query) }
        guard report.asksForPreparation else { return settle(query, .failure(report.error)) }
        if let failure = preparations.failure(of: query.statement) {
            return settle(query, .failure(.rejected(failure)))
        }
        guard !query.wasPreparedAgain else { return settle(query, .failure(report.error)) }
        let isKnown = report.failure.sqlState != .unknownStatement
        preparations.forget(query.statement, query.preparation, isKnown: isKnown)
        query.wasPreparedAgain = true
        metrics.repeated.increment()
        resubmit(query)
    }

    private func settlePreparation(of statement: Statement, _ result: OpaquePointer) {
        defer { PQclear(result) }
        guard PQresultStatus(result) != PGRES_COMMAND_OK else { return }
        let report = ServerReport(result)
        if report.endsSession { lose(report.failure.description) }
        preparations.fail(statement, report.failure)
    }

    private func takeSync(_ result: OpaquePointer) {
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_PIPELINE_SYNC else {
            // A deferred constraint fails at the commit, after its statement has succeeded.
            let report = ServerReport(result)
            if report.endsSession { return lose(report.failure.description) }
            if let (query, _) = settling { settling = (query, .failure(report.error)) }
            hasSharedFailure = !settlingTogether.isEmpty
            return
        }
        _ = expected.popFirst()
        if !settlingTogether.isEmpty { settleTogether() }
        guard let (query, answer) = settling else { return }
        settling = nil
        finish(query, answer)
    }
}
