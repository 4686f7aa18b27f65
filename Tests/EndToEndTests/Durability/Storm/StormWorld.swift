import Synchronization
import TestSupport

/// What the actors of a storm share: whom and what they act on, how far they are, and what was wrong.
final class StormWorld: Sendable {
    struct Person: Sendable {
        let id: String
        let username: String
    }

    struct Post: Sendable {
        let id: String
        /// The index of its author.
        let author: Int
    }

    struct Comment: Sendable {
        let id: String
        let author: Int
        let postAuthor: Int
    }

    private struct State {
        var people: [Person]
        /// The first few are the targets of half of the operations.
        var posts: [Post?]
        var comments: [Comment] = []
        var closed: Set<String> = []
        var closing: Set<String> = []
        var violations: [String] = []
        var accepted: [String: Int] = [:]
    }

    private static let hotTargets = 5
    private let state: Mutex<State>
    private let left = Atomic(FullSize.stormOperations)
    private let begun = Atomic(0)
    private let databaseFaults = Atomic(0)
    private let lives: [Life]

    private final class Life: Sendable {
        let number = Atomic(0)
    }

    init(_ people: [Person], postCount: Int, apis: Int) {
        state = Mutex(State(people: people, posts: Array(repeating: nil, count: postCount)))
        lives = (0..<apis).map { _ in Life() }
    }

    // MARK: Operations

    /// Takes one of the operations that are left.
    func take() -> Bool {
        guard !isOver, left.subtract(1, ordering: .relaxed).newValue >= 0 else { return false }
        begun.add(1, ordering: .relaxed)
        return true
    }

    /// Also after many violations: more would say no more.
    var isOver: Bool { left.load(ordering: .relaxed) <= 0 || violations.count >= 50 }

    var begunOperations: Int { begun.load(ordering: .relaxed) }

    func count(_ name: String) { state.withLock { $0.accepted[name, default: 0] += 1 } }

    /// How many operations of each name were accepted.
    var accepted: [String: Int] { state.withLock { $0.accepted } }

    func report(_ violation: String) {
        state.withLock { $0.violations.append(violation) }
    }

    var violations: [String] { state.withLock { $0.violations } }

    // MARK: Faults

    /// Which of its lives an API has: a connection may end only with the life that it began in. Odd while it is being
    /// killed, when the system still accepts connections for it.
    func life(of api: Int) -> Int { lives[api].number.load(ordering: .sequentiallyConsistent) }

    /// Before and after the API is killed.
    func changeLife(of api: Int) { lives[api].number.add(1, ordering: .sequentiallyConsistent) }

    /// Odd while PostgreSQL may be away.
    var databaseFault: Int { databaseFaults.load(ordering: .sequentiallyConsistent) }

    /// At the beginning and at the end of a fault of PostgreSQL.
    func changeDatabaseFault() { databaseFaults.add(1, ordering: .sequentiallyConsistent) }

    // MARK: Targets

    func person(_ index: Int) -> Person { state.withLock { $0.people[index] } }

    /// Before an account is closed: from now on there may be no rows of it.
    func close(_ index: Int) { state.withLock { _ = $0.closing.insert($0.people[index].id) } }

    func isClosing(_ person: String) -> Bool { state.withLock { $0.closing.contains(person) } }

    /// A closed account gave its place to a new one.
    /// - Parameter isCertain: Whether the deletion was answered.
    func replace(_ index: Int, by person: Person, isCertain: Bool) {
        state.withLock { state in
            if isCertain { state.closed.insert(state.people[index].id) }
            state.people[index] = person
        }
    }

    /// The accounts whose deletion was answered.
    var closed: Set<String> { state.withLock { $0.closed } }

    /// Another one than the given.
    func target(
        besides index: Int, _ random: inout SeededRandom, where isFit: (Int) -> Bool = { _ in true }
    ) -> (index: Int, person: Person) {
        while true {
            let isHot = Bool.random(using: &random)
            let chosen = Int.random(in: 0..<(isHot ? Self.hotTargets : FullSize.stormUsers), using: &random)
            if chosen != index, isFit(chosen) { return (chosen, person(chosen)) }
        }
    }

    func post(_ random: inout SeededRandom) -> Post? {
        let isHot = Bool.random(using: &random)
        return state.withLock { state in
            for _ in 0..<10 {
                let place = Int.random(in: 0..<(isHot ? Self.hotTargets : state.posts.count), using: &random)
                if let post = state.posts[place] { return post }
            }
            return nil
        }
    }

    /// Makes a post a target: in the place of one that is gone, or else of any.
    func add(_ post: Post, _ random: inout SeededRandom) {
        state.withLock { state in
            let place = state.posts.firstIndex { $0 == nil } ?? Int.random(in: 0..<state.posts.count, using: &random)
            state.posts[place] = post
        }
    }

    func remove(post id: String) {
        state.withLock { state in
            if let place = state.posts.firstIndex(where: { $0?.id == id }) { state.posts[place] = nil }
        }
    }

    func comment(_ random: inout SeededRandom, where isFit: (Comment) -> Bool = { _ in true }) -> Comment? {
        state.withLock { state in
            guard !state.comments.isEmpty else { return nil }
            let start = Int.random(in: 0..<state.comments.count, using: &random)
            return (state.comments[start...] + state.comments[..<start]).first(where: isFit)
        }
    }

    func add(_ comment: Comment, _ random: inout SeededRandom) {
        state.withLock { state in
            if state.comments.count < 500 { return state.comments.append(comment) }
            state.comments[Int.random(in: 0..<500, using: &random)] = comment
        }
    }
}
