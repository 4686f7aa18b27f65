import Chassis
import Domain
import Features
import HTTP

/// The bodies of messages and conversations.
extension SocialPlayResponses {
    /// S2-116.
    func message(_ message: ChatMessage, _ status: Status = 200) -> Response {
        object(status) { write(message, to: &$0) }
    }

    /// `{messages, pagination}`. The link continues behind the last message, whatever was written since.
    func messages(_ history: MessageHistory, _ asked: Page, _ request: Request) -> Response {
        let response = object { body in
            body.member("messages", array: history.messages) { list, message in
                list.object { write(message, to: &$0) }
            }
            write(asked, total: history.total, to: &body)
        }
        return response.linked(to: history.next, asked, request)
    }

    /// `{conversations}`, each with the other user, the last message and how many are unread.
    func conversations(_ page: ConversationPage, _ asked: Page, _ request: Request) -> Response {
        let response = object { body in
            body.member("conversations", array: page.entries) { list, entry in
                list.object { conversation in
                    conversation.object("user") { write(entry.other, to: &$0) }
                    conversation.object("lastMessage") { write(entry.message, to: &$0) }
                    conversation.member("unreadCount", entry.unreadCount)
                }
            }
        }
        return response.linked(to: page.next, asked, request)
    }

    /// `{messages}`, each with the other user beside its members.
    func foundMessages(
        _ page: ConversationPage, of query: PostQuery, _ asked: Page, _ request: Request
    ) -> Response {
        let response = object { body in
            body.member("messages", array: page.entries) { list, entry in
                list.object { message in
                    write(entry.message, to: &message)
                    message.object("user") { write(entry.other, to: &$0) }
                }
            }
        }
        return response.linked(to: page.next, asked, request, "q=\(Self.percentEncoded(query.text))&")
    }

    /// `{unreadCount}`, of all conversations.
    func unread(_ count: Int) -> Response {
        object { $0.member("unreadCount", count) }
    }

    func write(_ message: ChatMessage, to object: inout JSONWriter) {
        object.member("id", message.id)
        object.member("content", message.content)
        object.member("mediaUrl", message.mediaURL)
        object.member("isRead", message.readAt != nil)
        object.member("senderId", message.sender)
        object.member("receiverId", message.receiver)
        object.member("createdAt", message.createdAt, .milliseconds)
        object.member("deliveredAt", message.deliveredAt?.text(.milliseconds))
        object.member("readAt", message.readAt?.text(.milliseconds))
        object.member("editedAt", message.editedAt?.text(.milliseconds))
        object.member("reactions", array: message.reactions) { list, reaction in
            list.object { entry in
                entry.member("userId", reaction.user)
                entry.member("emoji", reaction.emoji)
            }
        }
    }
}

extension Response {
    fileprivate func linked(
        to next: MessageID?, _ asked: Page, _ request: Request, _ query: String = ""
    ) -> Response {
        guard let next else { return self }
        return with("Link", "<\(request.path)?\(query)limit=\(asked.limit)&cursor=\(next)>; rel=\"next\"")
    }
}
