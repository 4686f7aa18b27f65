import FoundationEssentials

/// One line of a job's history, as the schema's function `with_event` writes it.
struct JobEvent: Decodable {
    let at: String
    let event: String
    let attempt: Int?
    let error: String?

    static func all(_ json: [UInt8]) -> [JobEvent] {
        (try? JSONDecoder().decode([JobEvent].self, from: Data(json))) ?? []
    }
}
