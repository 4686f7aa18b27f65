/// First in, first out: an array with a moving head, so that taking is O(1). Public and inlinable, because
/// drivers use it for every request: the compiler specialises and inlines nothing of another room that is `package`.
public struct FIFO<Element>: ExpressibleByArrayLiteral {
    @usableFromInline var elements: [Element?] = []
    @usableFromInline var head = 0

    /// An empty one.
    @inlinable public init() {}
    /// The elements, the first of which is taken first.
    @inlinable public init(arrayLiteral elements: Element...) { self.elements = elements }

    /// How many wait.
    @inlinable public var count: Int { elements.count - head }
    /// Whether nothing waits.
    @inlinable public var isEmpty: Bool { head == elements.count }
    /// The next to be taken.
    @inlinable public var first: Element? { isEmpty ? nil : elements[head] }

    /// Adds one that is taken after all others.
    @inlinable public mutating func append(_ element: Element) { elements.append(element) }

    /// Takes the next; nil when nothing waits.
    @inlinable public mutating func popFirst() -> Element? {
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
    @inlinable public mutating func removeAll() -> [Element] {
        defer { self = FIFO() }
        return elements[head...].compactMap { $0 }
    }
}
