/// Something could not be delivered now; later it may.
struct DeliveryFailed: Error, CustomStringConvertible {
    let reason: String

    var description: String { reason }
}
