/// First in, first out: an array with a moving head, so that taking is O(1). Inlinable, because drivers use it for
/// every request and calls into another module are not specialised.
package struct FIFO<Element>: ExpressibleByArrayLiteral {
    @usableFromInline var elements: [Element?] = []
    @usableFromInline var head = 0

    @inlinable package init() {}
    @inlinable @inline(__always) package init(arrayLiteral elements: Element...) { self.elements = elements }

    @inlinable @inline(__always) package var count: Int { elements.count - head }
    @inlinable @inline(__always) package var isEmpty: Bool { head == elements.count }
    /// The next to be taken.
    @inlinable @inline(__always) package var first: Element? { isEmpty ? nil : elements[head] }

    @inlinable @inline(__always) package mutating func append(_ element: Element) { elements.append(element) }

    @inlinable @inline(__always) package mutating func popFirst() -> Element? {
        guard head < elements.count else { return nil }
        let element = elements[head]
        elements[head] = nil
        head += 1
        if head == elements.count {
            elements.removeAll(keepingCapacity: elements.count <= 4096)
            head = 0
        } else if head >= 1024, head * 2 >= elements.count {
            elements.removeFirst(head)
            head = 0
        }
        return element
    }

    /// Takes everything, in order.
    @inlinable @inline(__always) package mutating func removeAll() -> [Element] {
        defer { self = FIFO() }
        return elements[head...].compactMap { $0 }
    }
}
