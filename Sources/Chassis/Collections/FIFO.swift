/// A queue: an array with a moving head, so that removing is O(1). Public and inlinable, because drivers use it for
/// every request, and the compiler specialises nothing of another module that is `package`.
public struct FIFO<Element>: ExpressibleByArrayLiteral {
    @usableFromInline var elements: [Element?] = []
    @usableFromInline var head = 0

    /// Creates an empty queue.
    @inlinable public init() {}
    /// Creates a queue whose first element is removed first.
    @inlinable public init(arrayLiteral elements: Element...) { self.elements = elements }

    /// The number of elements.
    @inlinable public var count: Int { elements.count - head }
    /// Whether the queue has no elements.
    @inlinable public var isEmpty: Bool { head == elements.count }
    /// The next element to be removed.
    @inlinable public var first: Element? { isEmpty ? nil : elements[head] }

    /// Appends an element at the end.
    @inlinable public mutating func append(_ element: Element) { elements.append(element) }

    /// Removes the first element; nil if the queue is empty.
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

    /// Removes all elements, in order.
    @inlinable public mutating func removeAll() -> [Element] {
        defer { self = FIFO() }
        return elements[head...].compactMap { $0 }
    }
}
