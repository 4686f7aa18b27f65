internal import CHiredis
import Chassis

/// What is said on a new connection before anything else, and whether all of it was answered well.
struct Greeting {
    let commands: [[RedisArgument]]
    private var unanswered: Int

    enum Outcome {
        case incomplete
        case refused(RedisFailure)
        case welcome(runID: String)
    }

    /// The name is what `CLIENT LIST` shall show.
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
        unanswered = commands.count
    }

    /// Takes the answers in their order; the last one is that of INFO.
    mutating func note(_ answer: RedisValue) -> Outcome {
        unanswered -= 1
        if case .error(let message) = answer { return .refused(RedisFailure(message: message)) }
        return unanswered > 0 ? .incomplete : .welcome(runID: Self.runID(in: answer.text ?? ""))
    }

    private static func runID(in info: String) -> String {
        let lines = info.split(whereSeparator: \.isNewline)
        return lines.first { $0.hasPrefix("run_id:") }.map { String($0.dropFirst("run_id:".count)) } ?? ""
    }
}

extension RedisConnection {
    /// Sends everything that is said before commands, in one write, and ends the connection at the first refusal.
    func greet(_ greeting: Greeting) {
        self.greeting = greeting
        for command in greeting.commands {
            append(command, nil) { context, reply, _ in
                guard let reply = reply?.assumingMemoryBound(to: redisReply.self) else { return }
                RedisConnection.from(context?.pointee.data).greeted(by: RedisValue(reply.pointee))
            }
        }
    }

    private func greeted(by answer: RedisValue) {
        switch greeting?.note(answer) {
        case .welcome(let runID):
            greeting = nil
            becomeReady(runID: runID)
        case .refused(let failure):
            greeting = nil
            drop(.refused(failure))
        case .incomplete, nil:
            break
        }
    }
}
