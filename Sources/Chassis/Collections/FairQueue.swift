/// A queue whose sources take turns, so that a source with many elements delays its own and no others.
struct FairQueue<Element> {
    private var elements: [String: [Element]] = [:]
    /// The sources that have elements, in the order of their next turns.
    private var turns = FIFO<String>()
    private(set) var count = 0

    mutating func append(_ element: Element, of source: String) {
        if elements[source, default: []].isEmpty { turns.append(source) }
        elements[source, default: []].append(element)
        count += 1
    }

    /// Removes the oldest element of the source whose turn it is; nil if the queue is empty.
    mutating func popFirst() -> Element? {
        guard let source = turns.popFirst(), let element = elements[source]?.removeFirst() else { return nil }
        if elements[source]?.isEmpty == true {
            elements[source] = nil
        } else {
            turns.append(source)
        }
        count -= 1
        return element
    }

    /// Removes the newest element of the source that has the most, to make room for one of another source.
    /// - Returns: Nil if that source would then have fewer elements than the other one.
    mutating func displace(for source: String) -> Element? {
        guard let longest = elements.max(by: { $0.value.count < $1.value.count }),
            longest.value.count > (elements[source]?.count ?? 0) + 1, let element = elements[longest.key]?.popLast()
        else { return nil }
        count -= 1
        return element
    }
}
