extension Int {
    /// An unsigned number of up to seven bytes, the most significant first.
    init(bigEndian bytes: some Collection<UInt8>) {
        self = bytes.reduce(0) { $0 << 8 | Int($1) }
    }

    /// An unsigned number of up to seven bytes, the least significant first.
    init(littleEndian bytes: some BidirectionalCollection<UInt8>) {
        self = bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
