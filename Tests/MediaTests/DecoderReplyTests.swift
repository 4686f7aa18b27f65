import MediaStoring
import Testing

@testable import MediaDecoding

@Suite("What the helper may answer") struct DecoderReplyTests {
    private let order = DecoderOrder(format: .png, variants: [.square256])
    private var honest: DecodedPicture {
        DecodedPicture(
            report: PictureReport(format: .png, width: 10, height: 20, frames: 1),
            variants: [EncodedPicture(variant: .square256, width: 256, height: 256, bytes: Samples.losslessWebP)])
    }

    @Test func `an order arrives as it was sent, without names`() throws {
        let order = try #require(
            DecoderOrder(decoding: DecoderOrder(format: .heic, variants: PictureVariant.all).encoded))
        #expect(order.format == .heic)
        #expect(order.variants.map(\.size) == PictureVariant.all.map(\.size))
        #expect(order.variants.map(\.fit) == PictureVariant.all.map(\.fit))
    }

    @Test func `an honest answer is taken`() throws {
        guard case .decoded(let picture) = DecoderReply(checking: DecoderReply.decoded(honest).encoded, for: order)
        else {
            Issue.record("refused")
            return
        }
        #expect(picture == honest)
    }

    @Test(arguments: [
        MediaFailure.tooLarge(.pixels(width: 20_000, height: 3)),
        .tooLarge(.frames(count: 200, width: 10, height: 10)), .corrupt(detail: "no end"),
    ])
    func `a failure is taken`(failure: MediaFailure) {
        guard case .failed(let taken) = DecoderReply(checking: DecoderReply.failed(failure).encoded, for: order) else {
            Issue.record("refused")
            return
        }
        #expect(taken == failure)
    }

    @Test func `only a whole answer is taken`() {
        let answer = DecoderReply.decoded(honest).encoded
        for count in 0..<answer.count {
            #expect(DecoderReply(checking: Array(answer.prefix(count)), for: order) == nil)
        }
        #expect(DecoderReply(checking: answer + [0], for: order) == nil)
    }

    @Test func `an answer to another order is refused`() {
        let answer = DecoderReply.decoded(honest).encoded
        for variants in [[], [.square256, .square256], [PictureVariant(name: "small", size: 255, fit: .cover)]] {
            #expect(DecoderReply(checking: answer, for: DecoderOrder(format: .png, variants: variants)) == nil)
        }
    }

    @Test func `a picture that is none is refused`() {
        var answer = DecoderReply.decoded(honest).encoded
        answer[25] = UInt8(ascii: "<")
        #expect(DecoderReply(checking: answer, for: order) == nil)
    }

    @Test func `a picture over the limits is refused`() {
        var answer = DecoderReply.decoded(honest).encoded
        answer[3] = 1
        #expect(DecoderReply(checking: answer, for: order) == nil)
    }

    @Test func `a picture within the limits is not too large`() {
        let answer = DecoderReply.failed(.tooLarge(.pixels(width: 10, height: 10))).encoded
        #expect(DecoderReply(checking: answer, for: order) == nil)
    }

    @Test func `text for the log is one printable line`() {
        let answer = DecoderReply.failed(.corrupt(detail: "a\nb\u{1B}[31mc\u{0}" + String(repeating: "x", count: 999)))
            .encoded
        guard case .failed(.corrupt(let detail)) = DecoderReply(checking: answer, for: order) else {
            Issue.record("refused")
            return
        }
        #expect(detail.hasPrefix("a b [31mc x"))
        #expect(detail.utf8.count == DecoderFrames.corruptTextLimit)
    }
}
