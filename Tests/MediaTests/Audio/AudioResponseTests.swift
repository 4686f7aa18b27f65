import MediaStoring
import TestSupport
import Testing

@testable import MediaDecoding

@Suite("Responses of the helper for audio") struct AudioResponseTests {
    private let probe = AudioRequest(operation: .probe, seconds: 10, byteCount: 1_000)
    private let analyse = AudioRequest(operation: .analyse, seconds: 10, byteCount: 1_000)

    private var report: AudioReport {
        var tags = AudioTags()
        tags.add("title", "Ночь")
        return AudioReport(
            format: .flac, codec: "flac", duration: 1.5, bitrate: 900_000, sampleRate: 44_100, channels: 2, tags: tags,
            cover: Samples.jpeg)
    }
    private let analysis = AudioAnalysis(
        waveform: Waveform(sampleRate: 44_100, samplesPerPixel: 512, peaks: [-128, 127, -1, 1]),
        loudness: Loudness(integrated: -14.5, range: nil, truePeak: -1), duration: 2)

    private func checked(_ response: AudioResponse, _ request: AudioRequest) -> AudioResponse? {
        AudioResponse(checking: response.encoded, for: request)
    }

    @Test func `a request is decoded as it was encoded`() throws {
        let request = try #require(AudioRequest(decoding: analyse.encoded))
        #expect(request.operation == .analyse && request.seconds == 10 && request.byteCount == 1_000)
        #expect(AudioRequest(decoding: analyse.encoded + [0]) == nil)
    }

    @Test func `valid responses are accepted`() {
        guard case .probed(report)? = checked(.probed(report), probe),
            case .analysed(analysis)? = checked(.analysed(analysis), analyse)
        else {
            Issue.record("refused")
            return
        }
    }

    @Test(arguments: [
        MediaFailure.corrupt(detail: "no end"), .timeout, .unreadable(code: 5), .unavailable(detail: "no memory"),
        .unsupportedType(.unknown), .unsupportedType(.audio(.wav)), .unsupportedType(.unsupported(.mp4)),
    ])
    func `failures are accepted`(failure: MediaFailure) {
        guard case .failed(failure)? = checked(.failed(failure), probe) else {
            Issue.record("refused")
            return
        }
    }

    @Test func `incomplete responses are refused`() {
        let response = AudioResponse.probed(report).encoded
        for count in 0..<response.count {
            #expect(AudioResponse(checking: Array(response.prefix(count)), for: probe) == nil)
        }
        #expect(AudioResponse(checking: response + [0], for: probe) == nil)
    }

    @Test func `a response to another request is refused`() {
        #expect(checked(.probed(report), analyse) == nil)
        #expect(checked(.analysed(analysis), probe) == nil)
    }

    @Test func `impossible values are refused`() {
        let changes: [(inout AudioReport) -> Void] = [
            { $0.duration = .nan }, { $0.duration = -1 }, { $0.duration = .infinity }, { $0.sampleRate = 0 },
            { $0.channels = 0 }, { $0.codec = "" }, { $0.codec = "two words" },
            { $0.cover = Array("<svg/>".utf8) },
        ]
        for change in changes {
            var report = report
            change(&report)
            #expect(checked(.probed(report), probe) == nil)
        }
        var odd = analysis
        odd.waveform = Waveform(sampleRate: 44_100, samplesPerPixel: 512, peaks: [1])
        #expect(checked(.analysed(odd), analyse) == nil)
    }
}
