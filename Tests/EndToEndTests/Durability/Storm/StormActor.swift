import Chassis
import TestSupport

/// Does the operations of some users, one after the other, on a connection to each API. Confined to one thread.
final class StormActor {
    let world: StormWorld
    private let ports: [Int]
    private var clients: [(client: KeepAliveClient, life: Int)?]
    var random: SeededRandom
    var users: [StormUser]

    init(_ world: StormWorld, ports: [Int], users: [StormUser], seed: UInt64) {
        self.world = world
        self.ports = ports
        self.users = users
        clients = ports.map { _ in nil }
        random = SeededRandom(seed)
    }

    static var now: Int { Int(monotonicNanoseconds() / 1_000_000_000) }

    /// Acts until no operation is left.
    /// - Returns: The users, with what must be true of them.
    func run() -> [StormUser] {
        while world.take() {
            let place = Bool.random(using: &random) ? 0 : Int.random(in: 0..<users.count, using: &random)
            renewToken(of: place)
            act(place)
        }
        return users
    }

    /// Sends a request of a user and checks that the answer is one of those that are documented.
    /// - Returns: Nil if the process was killed, or PostgreSQL, so that nobody knows what became of it.
    func ask(
        _ user: StormUser?, _ method: String, _ path: String, json: String? = nil, _ documented: Int...
    ) -> KeepAliveClient.Answer? {
        guard let (api, client, life) = connection() else { return nil }
        let fault = world.databaseFault
        do throws(BlockingSocket.Failure) {
            let answer = try client.exchange(method, path, json: json, token: user?.account.accessToken)
            if client.isClosing { clients[api] = nil }
            if documented.contains(answer.status) {
                if answer.status < 300 { world.count("\(method) \(path.replacing(/[0-9a-f-]{36}/, with: ":id"))") }
                return answer
            }
            // While PostgreSQL is away the answer says when to try again.
            let isAway = fault % 2 == 1 || world.databaseFault != fault
            if answer.status == 503, answer.hasRetryAfter, isAway { return nil }
            world.report("\(method) \(path): \(answer.status) \(String(decoding: answer.body, as: UTF8.self))")
        } catch {
            clients[api] = nil
            if life % 2 == 0, world.life(of: api) == life {
                world.report("\(method) \(path): \(error) without a kill")
            }
        }
        return nil
    }

    private func connection() -> (api: Int, client: KeepAliveClient, life: Int)? {
        let end = Self.now + 120
        while Self.now < end {
            let api = Int.random(in: 0..<ports.count, using: &random)
            if let (client, life) = clients[api] { return (api, client, life) }
            let life = world.life(of: api)
            // It may be down: then it is the other's turn.
            guard let client = try? KeepAliveClient(port: ports[api], seconds: 60) else { continue }
            clients[api] = (client, life)
            return (api, client, life)
        }
        world.report("no API could be reached")
        return nil
    }

    // MARK: Accounts

    /// A token lives for 15 minutes.
    private func renewToken(of place: Int) {
        guard Self.now - users[place].tokenTime > 600 else { return }
        let account = users[place].account
        let json = TestUser.login(email: account.email, account.password)
        guard let answer = ask(nil, "POST", "/api/v1/auth/login", json: json, 200),
            let renewed = account.renewed(by: answer)
        else { return }
        users[place] = users[place].renewed(renewed, at: Self.now)
    }

    /// Closes an account, and registers another in its place.
    func replaceAccount(_ place: Int) {
        let user = users[place]
        world.close(user.index)
        let answer = ask(user, "DELETE", "/api/v1/users/me", 200)
        for post in user.posts.keys { world.remove(post: post) }
        while true {
            let name = TestUser.newName()
            let account = TestUser(
                id: "", email: "\(name)@example.com", username: name, password: TestUser.usualPassword,
                accessToken: "", refreshToken: "")
            let json = TestUser.registration(email: account.email, name, account.password)
            guard world.violations.count < 50 else { return }
            guard let registered = ask(nil, "POST", "/api/v1/auth/register", json: json, 201),
                let renewed = account.renewed(by: registered)
            else { continue }
            users[place] = StormUser(user.index, renewed, at: Self.now)
            world.replace(
                user.index, by: StormWorld.Person(id: renewed.id, username: name), isCertain: answer != nil)
            return
        }
    }
}

extension TestUser {
    /// The same user with the tokens, and the id, of an answer.
    fileprivate func renewed(by answer: KeepAliveClient.Answer) -> TestUser? {
        guard let id = answer.text("id"), let access = answer.text("accessToken"),
            let refresh = answer.text("refreshToken")
        else { return nil }
        return TestUser(
            id: id, email: email, username: username, password: password, accessToken: access, refreshToken: refresh)
    }
}
