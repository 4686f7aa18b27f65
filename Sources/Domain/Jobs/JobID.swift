/// One job, from its promise to its end; also its idempotency key towards the outside.
package struct JobID: EntityID {
    package let identifier: Identifier

    package init(_ identifier: Identifier) {
        self.identifier = identifier
    }
}
