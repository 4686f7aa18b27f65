import TestSupport
import Testing

/// S2-130: SocialPlay says no with a sentence.
/// - Parameter sentence: The very sentence; nil for any.
func expectError(
    _ answer: ProductAnswer, _ status: Int, _ sentence: String? = nil, sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(answer.status == status, "\(answer.text)", sourceLocation: sourceLocation)
    let names = answer.json.names.subtracting(["errors"])
    #expect(names == ["status", "message"], "\(answer.text)", sourceLocation: sourceLocation)
    #expect(answer.json["status"].text == "error", sourceLocation: sourceLocation)
    #expect(answer.json["message"].text?.isEmpty == false, sourceLocation: sourceLocation)
    if let sentence { #expect(answer.json["message"].text == sentence, sourceLocation: sourceLocation) }
}
