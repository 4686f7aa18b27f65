internal import CSandbox
import Chassis
import Glibc
import MediaStoring

/// Describes and analyses uploaded tracks in a sandboxed helper process of its own, which it starts at the first track.
/// The helper gets an open descriptor of the file, never its path or its bytes.
///
/// Every call blocks: call on a `BlockingPool`, with one decoder per thread. A second call waits for the first.
package final class AudioDecoder: Sendable {
    /// The limits of time of one track, in seconds. The helper process keeps them itself and is killed a little later.
    package struct Times: Sendable {
        package var probe: Int
        /// Two hours of audio take less than a minute.
        package var analysis: Int
        /// How much later the helper process is killed: a call of libavformat between two looks at the clock may last.
        package var grace: Int

        package init(probe: Int = 10, analysis: Int = 180, grace: Int = 5) {
            self.probe = probe
            self.analysis = analysis
            self.grace = grace
        }
    }

    private let helper: DecoderHelper
    private let times: Times

    /// - Parameters:
    ///   - executable: A program that calls ``DecoderMain/runIfAsked(_:)`` first.
    ///   - jobsPerHelper: The number of tracks after which a helper process is replaced, because its heap fragments.
    package init(
        executable: String = DecoderHelper.ownExecutable, times: Times = Times(), jobsPerHelper: Int = 200
    ) {
        helper = DecoderHelper(executable, DecoderMain.audio, jobs: jobsPerHelper)
        self.times = times
    }

    /// Describes a track by its headers and packets, without decoding it.
    /// - Parameter descriptor: Open for reading; its position does not matter. The caller closes it.
    package func probe(descriptor: Int32, byteCount: Int) throws(MediaFailure) -> AudioReport {
        switch try run(.probe, descriptor, byteCount, times.probe) {
        case .probed(let report): return report
        case .failed(let failure): throw failure
        case .analysed: throw .crashed(detail: "the response is not valid")
        }
    }

    /// Decodes a whole track: computes its waveform and its loudness.
    /// - Parameter descriptor: Open for reading; its position does not matter. The caller closes it.
    package func analyse(descriptor: Int32, byteCount: Int) throws(MediaFailure) -> AudioAnalysis {
        switch try run(.analyse, descriptor, byteCount, times.analysis) {
        case .analysed(let analysis): return analysis
        case .failed(let failure): throw failure
        case .probed: throw .crashed(detail: "the response is not valid")
        }
    }

    /// The id of the process that gets the next track; nil if it will be a new one. Waits for a running call.
    package var helperIdentifier: Int32? { helper.identifier }

    private func run(
        _ operation: AudioRequest.Operation, _ descriptor: Int32, _ byteCount: Int, _ seconds: Int
    ) throws(MediaFailure) -> AudioResponse {
        guard byteCount <= AudioLimits.byteCount else { throw .tooLarge(.bytes(byteCount)) }
        let kind = MediaKind(sniffing: try Self.head(of: descriptor))
        guard kind.audioFormat != nil else { throw .unsupportedType(kind) }
        let request = AudioRequest(operation: operation, seconds: seconds, byteCount: byteCount)
        let time = UInt64(seconds + times.grace) * 1_000_000_000
        return try helper.exchange(limit: AudioResponse.limit, within: time) {
            channel, deadline throws(DecoderChannel.Failure) in
            try channel.send(request.encoded, with: descriptor, until: deadline)
        } checking: { bytes in
            AudioResponse(checking: bytes, for: request)
        }
    }

    private static func head(of descriptor: Int32) throws(MediaFailure) -> [UInt8] {
        var head = [UInt8](repeating: 0, count: MediaKind.sniffedByteCount)
        let count = pread(descriptor, &head, head.count, 0)
        guard count >= 0 else { throw .unreadable(code: errno) }
        return Array(head.prefix(count))
    }
}
