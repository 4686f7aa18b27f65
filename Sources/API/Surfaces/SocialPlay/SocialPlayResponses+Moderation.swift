import Chassis
import Domain
import Features
import HTTP

/// The bodies of reports, cases, actions and the audit log. Names of cases are in capitals, as in the document.
extension SocialPlayResponses {
    /// Who reads an action: its owner is not told who acted.
    enum ActionReader {
        case owner, moderator
    }

    func report(_ report: UserReport) -> Response {
        object(201) { write(report, to: &$0) }
    }

    func reports(_ reports: [UserReport], next: ReportID?, _ page: Page, _ request: Request) -> Response {
        array(reports) { write($1, to: &$0) }.followed(by: next, page, request)
    }

    private func write(_ report: UserReport, to object: inout JSONWriter) {
        object.member("id", report.id)
        object.member("targetType", report.target.rawValue)
        object.member("targetId", report.targetID)
        object.member("reason", report.reason.rawValue)
        object.member("details", report.details)
        object.member("status", report.closedAt == nil ? "OPEN" : "CLOSED")
        object.member("outcome", report.outcome?.rawValue)
        object.member("createdAt", report.createdAt, .milliseconds)
        object.member("closedAt", report.closedAt?.text(.milliseconds))
    }

    func moderationCase(_ entry: ReviewedCase) -> Response {
        object { write(entry, to: &$0) }
    }

    func cases(
        _ cases: [ReviewedCase], next: CasePosition?, _ page: Page, _ list: CaseList, _ order: CaseOrder,
        _ request: Request
    ) -> Response {
        array(cases) { write($1, to: &$0) }.followed(
            by: next, page, request, also: "state=\(list.rawValue)&order=\(order.rawValue)&")
    }

    private func write(_ entry: ReviewedCase, to object: inout JSONWriter) {
        object.member("id", entry.id)
        object.member("targetType", entry.target.rawValue)
        object.member("targetId", entry.targetID)
        object.object("owner") { write(entry.owner, to: &$0) }
        object.member("reportsCount", entry.reportsCount)
        if let assignee = entry.assignee {
            object.object("assignee") { write(assignee, to: &$0) }
        } else {
            object.member("assignee", String?.none)
        }
        object.member("status", entry.outcome == nil ? "OPEN" : "CLOSED")
        object.member("outcome", entry.outcome?.rawValue.uppercased())
        object.member("openedAt", entry.openedAt, .milliseconds)
        object.member("lastReportedAt", entry.lastReportedAt, .milliseconds)
        object.member("closedAt", entry.closedAt?.text(.milliseconds))
    }

    private func write(_ user: NamedUser, to object: inout JSONWriter) {
        object.member("id", user.id)
        object.member("username", user.username)
    }

    /// A case with what its target was when it was reported, its reports, and the actions against its owner.
    func details(_ details: CaseDetails) -> Response {
        object { body in
            write(details.entry, to: &body)
            body.member("targetExists", details.isTargetThere)
            body.member("contents", array: details.contents) { list, content in
                list.object { entry in
                    entry.member("content", json: content.json)
                    entry.member("reportedAt", content.reportedAt, .milliseconds)
                }
            }
            body.member("reports", array: details.reports) { list, report in
                list.object { entry in
                    entry.member("id", report.id)
                    if let reporter = report.reporter {
                        entry.object("reporter") { write(reporter, to: &$0) }
                    } else {
                        entry.member("reporter", String?.none)
                    }
                    entry.member("reason", report.reason.rawValue)
                    entry.member("details", report.details)
                    entry.member("createdAt", report.createdAt, .milliseconds)
                }
            }
            body.member("actions", array: details.actions) { list, action in
                list.object { write(action, to: &$0, for: .moderator) }
            }
        }
    }

    func action(_ action: TakenAction, _ status: Status = 200, for reader: ActionReader) -> Response {
        object(status) { write(action, to: &$0, for: reader) }
    }

    func actions(
        _ actions: [TakenAction], next: ModerationActionID?, _ page: Page, _ request: Request,
        for reader: ActionReader
    ) -> Response {
        array(actions) { write($1, to: &$0, for: reader) }.followed(by: next, page, request)
    }

    private func write(_ action: TakenAction, to object: inout JSONWriter, for reader: ActionReader) {
        object.member("id", action.id)
        if reader == .moderator {
            object.member("caseId", action.itsCase)
            object.member("ownerId", action.owner)
            object.member("moderatorId", action.moderator)
        }
        object.member("targetType", action.target.rawValue)
        object.member("action", action.kind.rawValue.uppercased())
        object.member("reason", action.reason)
        object.member("createdAt", action.createdAt, .milliseconds)
        object.member("endsAt", action.endsAt?.text(.milliseconds))
        object.member("appeal", action.appeal)
        object.member("appealedAt", action.appealedAt?.text(.milliseconds))
        object.member("decision", action.decision?.rawValue.uppercased())
        object.member("decisionReason", action.decisionReason)
        object.member("decidedAt", action.decidedAt?.text(.milliseconds))
    }

    func audit(_ entries: [AuditRecord], next: AuditEntryID?, _ page: Page, _ request: Request) -> Response {
        let response = array(entries) { object, entry in
            object.member("id", entry.id)
            object.member("actorId", entry.actor)
            object.member("action", entry.action.uppercased())
            object.member("caseId", entry.itsCase)
            object.member("subjectId", entry.subject)
            object.member("reason", entry.reason)
            object.member("details", json: entry.details ?? Array("null".utf8))
            object.member("createdAt", entry.createdAt, .milliseconds)
        }
        return response.followed(by: next, page, request)
    }
}

extension Response {
    /// The response with a link to the next page of a list, if there is one.
    /// - Parameter query: Further parameters of the list, each with an ampersand.
    fileprivate func followed(
        by next: (some LosslessStringConvertible)?, _ page: Page, _ request: Request, also query: String = ""
    ) -> Response {
        guard let next else { return self }
        return with("Link", "<\(request.path)?\(query)limit=\(page.limit)&cursor=\(next)>; rel=\"next\"")
    }
}
