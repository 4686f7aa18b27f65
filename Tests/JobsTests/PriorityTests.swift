import Jobs
import TestSupport
import Testing

@Suite("Priorities", .database)
struct PriorityTests {
    @Test func `share a busy queue six to three to one, and nobody starves`() async throws {
        try await JobHarness.open { shop in
            let order = Tally()
            for number in 0..<50 {
                try await shop.add(LowNote(number: number))
                try await shop.add(Note(number: number))
                try await shop.add(HighNote(number: number))
            }
            _ = try await shop.consume(
                [
                    JobHandler(HighNote.self) { _, _ in order.finish(2) },
                    JobHandler(Note.self) { _, _ in order.finish(1) },
                    JobHandler(LowNote.self) { _, _ in order.finish(0) },
                ], slots: 1)
            try await shop.until { order.all.count == 150 }
            let first = order.all.prefix(50)
            #expect((28...32).contains(first.count { $0 == 2 }))
            #expect((13...17).contains(first.count { $0 == 1 }))
            #expect((3...7).contains(first.count { $0 == 0 }))
        }
    }

    @Test func `are first in, first out among equals`() async throws {
        try await JobHarness.open { shop in
            let order = Tally()
            for number in 0..<50 { try await shop.add(HighNote(number: number)) }
            _ = try await shop.consume(HighNote.self, slots: 1) { note, _ in order.finish(note.number) }
            try await shop.until { order.all.count == 50 }
            #expect(order.all == Array(0..<50))
        }
    }

    @Test func `wake a waiting worker whatever they are`() async throws {
        try await JobHarness.open { shop in
            let order = Tally()
            _ = try await shop.consume([
                JobHandler(HighNote.self) { note, _ in order.finish(note.number) },
                JobHandler(LowNote.self) { note, _ in order.finish(note.number) },
            ])
            for number in 0..<5 {
                try await shop.add(LowNote(number: number))
                try await shop.until { order.all.count == 2 * number + 1 }
                try await shop.add(HighNote(number: number))
                try await shop.until { order.all.count == 2 * number + 2 }
            }
        }
    }
}

extension Tally {
    func finish(_ number: Int) -> Completion {
        add(number)
        return .finished
    }
}
