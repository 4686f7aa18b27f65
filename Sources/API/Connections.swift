import Chassis

/// The connections of all loops: begun before the first request, closed after the last.
final class Connections: Service {
    let name = "connections"
    private let contexts: [LoopContext]
    private let connections: [LoopConnections]

    init(_ connections: [LoopConnections], _ contexts: [LoopContext]) {
        self.connections = connections
        self.contexts = contexts
    }

    func start() async throws {
        for (connection, context) in zip(connections, contexts) {
            await connection.loop.call {
                connection.start()
                context.start()
            }
        }
    }

    func stop() async {
        for (connection, context) in zip(connections, contexts) {
            await Task(executorPreference: connection.loop) {
                await context.close()
                await connection.close()
            }.value
        }
    }
}
