internal import CHiredis

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
