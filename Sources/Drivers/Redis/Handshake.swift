internal import CHiredis
import Chassis

/// The handshake of a new connection: AUTH, SELECT, CLIENT SETNAME, INFO, and their replies.
struct Handshake {
    let commands: [[RedisArgument]]
    private var pendingReplies: Int

    enum Outcome {
        case incomplete
        case refused(RedisFailure)
        case complete(runID: String)
    }

    /// - Parameter name: The client name in `CLIENT LIST`.
    init(settings: RedisSettings, name: String) {
        var commands: [[RedisArgument]] = []
        if let password = settings.password?.exposed {
            let user = settings.user.map { [RedisArgument($0)] } ?? []
            commands.append(["AUTH"] + user + [RedisArgument(password)])
        }
        if settings.database != 0 { commands.append(["SELECT", RedisArgument(settings.database)]) }
        commands.append(["CLIENT", "SETNAME", RedisArgument(name)])
        commands.append(["INFO", "server"])
        self.commands = commands
        pendingReplies = commands.count
    }

    /// Handles the replies in order; the last one is INFO's.
    mutating func receive(_ reply: RedisValue) -> Outcome {
        pendingReplies -= 1
        if case .error(let message) = reply { return .refused(RedisFailure(message: message)) }
        return pendingReplies > 0 ? .incomplete : .complete(runID: Self.runID(in: reply.text ?? ""))
    }

    private static func runID(in info: String) -> String {
        let lines = info.split(whereSeparator: \.isNewline)
        return lines.first { $0.hasPrefix("run_id:") }.map { String($0.dropFirst("run_id:".count)) } ?? ""
    }
}

extension RedisConnection {
    /// Sends the handshake in one write. The first error reply closes the connection.
    func sendHandshake(_ handshake: Handshake) {
        self.handshake = handshake
        for command in handshake.commands {
            append(command, nil) { context, reply, _ in
                guard let reply = reply?.assumingMemoryBound(to: redisReply.self) else { return }
                RedisConnection.from(context?.pointee.data).handshakeReplied(RedisValue(reply.pointee))
            }
        }
    }

    private func handshakeReplied(_ reply: RedisValue) {
        switch handshake?.receive(reply) {
        case .complete(let runID):
            handshake = nil
            becomeReady(runID: runID)
        case .refused(let failure):
            handshake = nil
            drop(.refused(failure))
        case .incomplete, nil:
            break
        }
    }
}
