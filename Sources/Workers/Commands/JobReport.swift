import Chassis
import Domain
import FoundationEssentials
import Jobs

/// `Workers job <id>`: shows everything that is stored about one job.
struct JobCommand: OperatorCommand {
    static let name = "job"
    static let arguments = "<id>"
    static let purpose = "show everything that is stored about one job, its history included"

    private let name: String

    init(_ arguments: inout Arguments) throws(UsageError) {
        guard let name = try arguments.next() else { throw UsageError(message: "Give the id of a job.") }
        self.name = name
    }

    func run(_ context: CommandContext) async throws -> Int32 {
        let (row, inRedis) = try await context.inspector.find(name)
        guard row != nil || inRedis != nil else {
            context.printError(Self.unknown(name))
            return 1
        }
        let report = JobReport(name: name, row: row, inRedis: inRedis)
        context.print(report.text) { json in json.object("job") { report.write(to: &$0) } }
        return 0
    }

    static func unknown(_ name: String) -> String {
        "There is no job \(name). Finished jobs are deleted unless their kind retains them."
    }
}

/// One job as an operator sees it: its outbox row combined with its state in Redis.
struct JobReport {
    let name: String
    let row: JobRow?
    let inRedis: JobHistory?

    private var state: String {
        guard let row else { return inRedis?.place == "dead" ? "dead" : inRedis?.place ?? "unknown" }
        guard row.state == "queued" else { return row.state }
        if inRedis?.place == "running" { return "running" }
        return row.runAt > .now ? "delayed" : "queued"
    }

    private var place: String? {
        if let inRedis { return inRedis.place }
        // The sweep will push it.
        return row?.state == "queued" ? "not in Redis yet" : nil
    }

    private var payload: [UInt8]? { row?.payload ?? inRedis?.envelope?.args }
    private var priority: Int { row?.priority ?? inRedis?.envelope?.priority.rawValue ?? 0 }
    private var attempt: Int { max(row?.attempt ?? 0, row == nil ? inRedis?.envelope?.attempt ?? 0 : 0) }

    /// One fact per line; missing facts are left out.
    var text: String {
        let facts: [(String, String?)] = [
            ("job", name), ("queue", row?.queue ?? inRedis?.queue.rawValue),
            ("kind", row?.kind ?? inRedis?.envelope?.kind),
            ("state", state), ("in Redis", place), ("worker", inRedis?.worker), ("progress", inRedis?.progress),
            ("failed", attempt == 0 ? nil : attempt == 1 ? "once" : "\(attempt) times"),
            ("crashes", inRedis.flatMap { $0.crashes == 0 ? nil : "\($0.crashes) workers died while running it" }),
            ("error", row?.error ?? inRedis?.error), ("priority", priority == 0 ? nil : priority > 0 ? "high" : "low"),
            ("created", row.map { moment($0.createdAt) }), ("due", (row?.runAt ?? inRedis?.runAt).map(moment)),
            ("ended", row?.endedAt.map(moment)), ("kept until", row?.keepUntil.map(moment)),
            ("trace", row?.trace ?? inRedis?.envelope?.trace),
            ("batch", (row?.batch ?? inRedis?.envelope?.batch)?.description), ("unique key", row?.uniqueKey),
            ("checkpoint", row?.checkpoint), ("limits", row?.limits),
            ("stored in", row == nil ? "Redis only" : nil),
            ("payload", payload.map { String(decoding: $0, as: UTF8.self) }), ("remains", inRedis?.remains),
        ]
        let lines = facts.compactMap { name, value in
            value.map { name + String(repeating: " ", count: 12 - name.count) + $0 }
        }
        return (lines + history).joined(separator: "\n")
    }

    private func moment(_ moment: Timestamp) -> String {
        "\(moment.text(.milliseconds)) (\(Format.distance(to: moment)))"
    }

    private var history: [String] {
        let events = JobEvent.all(row?.history ?? [])
        guard !events.isEmpty else { return [] }
        var table = Table("AT", "EVENT", "FAILED#", "ERROR")
        for event in events {
            table.add(
                event.at, event.event, event.attempt.map { "\($0)" } ?? "", Format.line(event.error ?? "", limit: 100))
        }
        return ["", table.text]
    }

    func write(to json: inout JSONWriter) {
        json.member("id", name)
        json.member("queue", row?.queue ?? inRedis?.queue.rawValue)
        json.member("kind", row?.kind ?? inRedis?.envelope?.kind)
        json.member("state", state)
        json.member("place", place)
        json.member("worker", inRedis?.worker)
        json.member("progress", inRedis?.progress)
        json.member("crashes", inRedis?.crashes ?? 0)
        json.member("attempt", attempt)
        json.member("priority", priority)
        json.member("error", row?.error ?? inRedis?.error)
        json.member("ephemeral", row == nil)
        json.member("trace", row?.trace ?? inRedis?.envelope?.trace)
        json.member("batch", (row?.batch ?? inRedis?.envelope?.batch)?.description)
        json.member("uniqueKey", row?.uniqueKey)
        json.member("checkpoint", row?.checkpoint)
        json.member("createdAt", row?.createdAt)
        json.member("runAt", row?.runAt ?? inRedis?.runAt)
        json.member("endedAt", row?.endedAt)
        json.member("keepUntil", row?.keepUntil)
        json.member("limits", jsonOrNull: row?.limits.map { Array($0.utf8) })
        json.member("payload", jsonOrNull: payload)
        json.member("remains", inRedis?.remains)
        json.member("history", json: row?.history ?? Array("[]".utf8))
    }
}

/// One entry of a job's history, as the SQL function `with_event` writes it.
private struct JobEvent: Decodable {
    let at: String
    let event: String
    let attempt: Int?
    let error: String?

    static func all(_ json: [UInt8]) -> [JobEvent] {
        (try? JSONDecoder().decode([JobEvent].self, from: Data(json))) ?? []
    }
}

extension JSONWriter {
    /// A moment with milliseconds, or null.
    fileprivate mutating func member(_ name: StaticString, _ moment: Timestamp?) {
        if let moment { member(name, moment, .milliseconds) } else { member(name, String?.none) }
    }

    /// JSON as it is, or null.
    fileprivate mutating func member(_ name: StaticString, jsonOrNull json: [UInt8]?) {
        member(name, json: json ?? Array("null".utf8))
    }
}
