/// Something that runs as long as its process: started in order, stopped in the opposite order.
package protocol Service: Sendable {
    /// What the log calls it.
    var name: String { get }
    /// Returns when it is ready for work.
    /// - Throws: Whatever makes the process useless; it then ends.
    func start() async throws
    /// Takes nothing new, finishes what it has, and returns; called once.
    func stop() async
}
