extension Letter {
    /// The greeting after registration (S2-70).
    static func welcome(name: String) -> Letter {
        Letter(
            subject: "Welcome to SocialPlay!",
            text: """
                Hello \(name),

                your account is ready. Show people who you are: upload a picture, find your friends, say something.

                SocialPlay
                """,
            // A user name holds nothing that HTML would read as more than text.
            html: """
                <p>Hello \(name),</p>
                <p>your account is ready. Show people who you are: upload a picture, find your friends, say something.</p>
                <p>SocialPlay</p>
                """)
    }
}
