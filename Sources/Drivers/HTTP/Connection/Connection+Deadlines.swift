extension Connection {
    /// Patience ends not before so many seconds from now, and at most one and a half later.
    func setDeadline(in seconds: Int) {
        deadline = server.second + seconds + 1
        // An entry that comes earlier will put itself off.
        if watchedSecond > deadline { watchedSecond = server.watch(self, until: deadline) }
    }

    func suspendDeadline() {
        deadline = .max
    }

    /// - Parameter second: The slot of the wheel; only the entry that was made last counts.
    func deadlineSlotCame(_ second: Int) {
        guard second == watchedSecond else { return }
        watchedSecond = .max
        guard deadline != .max else { return }
        if deadline > second {
            watchedSecond = server.watch(self, until: deadline)
        } else {
            timeOut()
        }
    }

    private func timeOut() {
        switch state {
        case .head where !pending.isEmpty: refuse(408)
        case .body, .chunks:
            // While the client waits for us, it is not the client that stalls.
            if !hasUnsent, isReadPaused || owesContinue || progress >= server.limits.stallBytes {
                progress = 0
                setDeadline(in: server.limits.stallSeconds)
            } else {
                close()
            }
        default: close()
        }
    }
}
