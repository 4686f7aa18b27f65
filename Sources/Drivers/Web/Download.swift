/// A body as it arrives.
final class Download {
    private(set) var bytes: [UInt8] = []
    private(set) var isTooLarge = false
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    /// - Returns: How many bytes were taken; fewer than there are end the transfer.
    func append(_ piece: UnsafeRawBufferPointer) -> Int {
        guard bytes.count + piece.count <= limit else {
            isTooLarge = true
            return 0
        }
        bytes += piece
        return piece.count
    }
}
