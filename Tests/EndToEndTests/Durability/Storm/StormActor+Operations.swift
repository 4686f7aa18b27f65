import TestSupport

/// The mix of operations.
extension StormActor {
    /// Does one operation of a user.
    func act(_ place: Int) {
        switch Int.random(in: 0..<1_000, using: &random) {
        case 0..<270: mark(.like, place)
        case 270..<350: mark(.share, place)
        case 350..<440: mark(.bookmark, place)
        case 440..<470: mark(.mute, place)
        case 470..<590: write(place)
        case 590..<650: deleteComment(place)
        case 650..<690: publish(place)
        case 690..<730: edit(place)
        case 730..<760: deletePost(place)
        case 760..<870: relate(place)
        case 870..<880: hide(place)
        case 880: replaceAccount(place)
        default: read(place)
        }
    }

    /// Likes, shares, bookmarks or mutes, or ends that.
    private func mark(_ mark: StormUser.Mark, _ place: Int) {
        let user = users[place]
        let isSet = Bool.random(using: &random)
        let target: String
        if !isSet, let own = user.marks.keys.randomElement(using: &random), own.mark == mark {
            target = own.target
        } else if mark == .mute {
            guard !StormUser.isCalm(user.index) else { return read(place) }
            target = world.target(besides: user.index, &random) { !StormUser.isCalm($0) }.person.id
        } else {
            guard let post = world.post(&random) else { return publish(place) }
            target = post.id
        }
        let path = "/api/v1/\(mark == .mute ? "users" : "posts")/\(target)/\(mark)"
        // 403: a post that is not public is not shared, and a blocked user not muted.
        let isForbidden = isSet && (mark == .share || mark == .mute)
        let answer = ask(user, isSet ? "POST" : "DELETE", path, 200, 400, 404, isForbidden ? 403 : 404)
        let isPlausible = users[place].note(mark, of: target, isSet: isSet, status: answer?.status)
        // The mute of an account goes with it.
        guard isPlausible || world.isClosing(target) else {
            return world.report("\(isSet ? "POST" : "DELETE") \(path) of \(user.account.id): \(answer?.status ?? 0)")
        }
    }

    // MARK: Posts

    private func publish(_ place: Int) {
        let user = users[place]
        guard user.posts.count < 6 else { return edit(place) }
        let visibility = Self.visibilities.randomElement(using: &random) ?? "PUBLIC"
        let content = text(user)
        let json = #"{"content":"\#(content)","visibility":"\#(visibility)"}"#
        guard let id = ask(user, "POST", "/api/v1/posts", json: json, 201)?.text("id") else { return }
        users[place].posts[id] = StormUser.Post(content: content, visibility: visibility)
        world.add(StormWorld.Post(id: id, author: user.index), &random)
    }

    private static let visibilities = ["PUBLIC", "PUBLIC", "PUBLIC", "FOLLOWERS", "PRIVATE"]

    private func edit(_ place: Int) {
        let user = users[place]
        guard let id = user.posts.keys.randomElement(using: &random), let post = user.posts[id] else {
            return publish(place)
        }
        var changed = post
        let json: String
        if Bool.random(using: &random) {
            changed.content = text(user)
            json = #"{"content":"\#(changed.content)"}"#
        } else {
            changed.visibility = Self.visibilities.randomElement(using: &random) ?? "PUBLIC"
            json = #"{"visibility":"\#(changed.visibility)"}"#
        }
        if ask(user, "PUT", "/api/v1/posts/\(id)", json: json, 200) == nil { changed.isSure = false }
        users[place].posts[id] = changed
    }

    private func deletePost(_ place: Int) {
        let user = users[place]
        guard let id = user.posts.keys.randomElement(using: &random) else { return publish(place) }
        users[place].posts[id] = nil
        if ask(user, "DELETE", "/api/v1/posts/\(id)", 200) != nil { users[place].deletedPosts.insert(id) }
        world.remove(post: id)
    }

    // MARK: Comments

    /// Comments, replies or changes a comment.
    private func write(_ place: Int) {
        let user = users[place]
        let json = #"{"content":"\#(text(user))"}"#
        let choice = Int.random(in: 0..<10, using: &random)
        if choice == 0, let own = world.comment(&random, where: { $0.author == user.index }) {
            // 403: the author closed the account meanwhile, and this one has its place.
            _ = ask(user, "PUT", "/api/v1/comments/\(own.id)", json: json, 200, 403, 404)
        } else if choice < 5, let other = world.comment(&random) {
            let answer = ask(user, "POST", "/api/v1/comments/\(other.id)/reply", json: json, 201, 404)
            guard answer?.status == 201, let id = answer?.text("id") else { return }
            world.add(
                StormWorld.Comment(id: id, author: user.index, postAuthor: other.postAuthor), &random)
        } else if let post = world.post(&random) {
            let answer = ask(user, "POST", "/api/v1/posts/\(post.id)/comments", json: json, 201, 404)
            guard answer?.status == 201, let id = answer?.text("id") else { return }
            world.add(StormWorld.Comment(id: id, author: user.index, postAuthor: post.author), &random)
        } else {
            publish(place)
        }
    }

    /// With its replies: of the user, or on a post of the user.
    private func deleteComment(_ place: Int) {
        let user = users[place]
        let comment = world.comment(&random) { $0.author == user.index || $0.postAuthor == user.index }
        guard let comment else { return write(place) }
        _ = ask(user, "DELETE", "/api/v1/comments/\(comment.id)", 200, 403, 404)
    }

    /// Sometimes with a mention.
    private func text(_ user: StormUser) -> String {
        let number = Int.random(in: 0..<1_000_000, using: &random)
        guard number % 10 == 0 else { return "Text \(number)" }
        return "Text \(number) for @\(world.target(besides: user.index, &random).person.username)"
    }

    // MARK: Users

    private func relate(_ place: Int) {
        let user = users[place]
        let other = world.target(besides: user.index, &random).person
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<9: _ = ask(user, "POST", "/api/v1/users/\(other.id)/follow", 200, 400, 403, 404)
        case 9..<15: _ = ask(user, "DELETE", "/api/v1/users/\(other.id)/follow", 200, 400, 404)
        case 15: _ = ask(user, "DELETE", "/api/v1/users/me/followers/\(other.id)", 200, 400, 404)
        case 16, 17:
            // A few at a time, or in the end nobody would see anybody.
            guard !StormUser.isCalm(user.index), user.blocked.count < 3 else { return unblock(place) }
            let wild = world.target(besides: user.index, &random) { !StormUser.isCalm($0) }.person
            users[place].blocked.insert(wild.id)
            _ = ask(user, "POST", "/api/v1/users/\(wild.id)/block", 200, 404)
        default: unblock(place)
        }
    }

    private func unblock(_ place: Int) {
        guard let other = users[place].blocked.popFirst() else { return read(place) }
        _ = ask(users[place], "DELETE", "/api/v1/users/\(other)/block", 200, 404)
    }

    /// Makes the profile private, or public again.
    private func hide(_ place: Int) {
        let json = #"{"preferences":{"privateProfile":\#(Bool.random(using: &random))}}"#
        _ = ask(users[place], "PUT", "/users/\(users[place].account.id)/profile", json: json, 200)
    }

    private func read(_ place: Int) {
        let user = users[place]
        let other = world.target(besides: user.index, &random).person.id
        guard let post = world.post(&random)?.id else { return publish(place) }
        switch Int.random(in: 0..<9, using: &random) {
        case 0, 1: _ = ask(user, "GET", "/api/v1/posts/feed", 200)
        case 2: _ = ask(user, "GET", "/api/v1/posts/\(post)", 200, 404)
        case 3: _ = ask(user, "GET", "/api/v1/posts/\(post)/comments", 200, 404)
        case 4: _ = ask(user, "GET", "/api/v1/posts/\(post)/likes", 200, 404)
        case 5: _ = ask(user, "GET", "/api/v1/users/\(other)/posts", 200, 404)
        case 6: _ = ask(user, "GET", "/api/v1/users/\(other)/followers", 200, 404)
        case 7: _ = ask(user, "GET", "/api/v1/bookmarks", 200)
        default: _ = ask(user, "GET", "/api/v1/posts", 200)
        }
    }
}
