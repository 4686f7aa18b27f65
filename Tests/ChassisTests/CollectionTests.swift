import Chassis
import Testing

@Suite struct CollectionTests {
    @Test func `removes elements in the order of their insertion`() {
        var queue: FIFO<Int> = [0, 1]
        var next = 0
        for round in 1...200 {
            for _ in 0..<round { queue.append(queue.count + next) }
            for _ in 0..<(round - 1) {
                #expect(queue.first == next)
                #expect(queue.popFirst() == next)
                next += 1
            }
        }
        #expect(queue.count == 202)
        #expect(queue.removeAll() == Array(next..<next + 202))
        #expect(queue.isEmpty && queue.popFirst() == nil && queue.first == nil)
    }

    @Test func `counts durations in nanoseconds and never below zero`() {
        #expect(Duration.milliseconds(1_500).nanoseconds == 1_500_000_000)
        #expect(Duration.seconds(-1).nanoseconds == 0)
        #expect(Duration.microseconds(1_999).milliseconds == 1)
    }
}
