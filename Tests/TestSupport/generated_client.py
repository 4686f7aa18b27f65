"""Makes clients from the product's OpenAPI document with published generators, and uses them.

usage: generated_client.py ADDRESS FOLDER

openapi-python-client makes a client, which publishes, comments, likes and finds a post at ADDRESS; a warning of the
generator is a fault of the document. datamodel-code-generator makes pydantic models, which read the same answers.
"""

import importlib
import json
import pathlib
import pkgutil
import subprocess
import sys
import urllib.request
import uuid

ADDRESS, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])
# What is no text or JSON is bytes.
BYTES = ("audio/*", "*/*", "image/webp", "image/jpeg", "image/png", "multipart/byteranges",
         "application/offset+octet-stream")


def generate(*command):
    made = subprocess.run([sys.executable, "-W", "ignore", "-m", *command], cwd=FOLDER, capture_output=True, text=True)
    output = made.stdout + made.stderr
    if made.returncode or "WARNING" in output or "Unable" in output:
        sys.exit(f"{command[0]}: {output}")


def main():
    with urllib.request.urlopen(f"{ADDRESS}/openapi.json", timeout=30) as answer:
        document = answer.read()
    (FOLDER / "openapi.json").write_bytes(document)
    config = {"post_hooks": [], "content_type_overrides": dict.fromkeys(BYTES, "application/octet-stream")}
    (FOLDER / "config.json").write_text(json.dumps(config))
    generate("openapi_python_client", "generate", "--path", "openapi.json", "--meta", "none", "--config", "config.json",
             "--output-path", "generated")
    generate("datamodel_code_generator", "--input", "openapi.json", "--input-file-type", "openapi", "--output",
             "models.py", "--output-model-type", "pydantic_v2.BaseModel")
    sys.path.insert(0, str(FOLDER))
    generated = importlib.import_module("generated")
    names = [module.name for module in pkgutil.walk_packages(generated.__path__, "generated.")]
    for name in names:
        importlib.import_module(name)
    # A second name would be that of a type which the document does not name.
    models = importlib.import_module("models")
    unnamed = [name for name in vars(models) if name[0].isupper() and name[-1].isdigit()]
    assert not unnamed, unnamed
    operations = sum(len(item) for item in json.loads(document)["paths"].values())
    calls = [name for name in names if name.count(".") == 3 and name.startswith("generated.api.")]
    assert len(calls) == operations, (len(calls), operations)
    use(generated, models)


def use(generated, models):
    """Registers two users, of whom one follows the other and reads, likes and comments a post."""
    types = importlib.import_module("generated.models")

    def call(path, *arguments, status, client, **options):
        module = importlib.import_module(f"generated.api.{path}")
        answer = module.sync_detailed(*arguments, client=client, **options)
        assert answer.status_code == status, (path, answer.status_code, answer.content)
        assert answer.parsed is not None, path
        return answer

    def register():
        name = "g" + uuid.uuid4().hex[:20]
        body = types.PlayerRegistration(email=f"{name}@example.com", username=name, password="a long password")
        client = generated.Client(base_url=ADDRESS)
        user = call("player_accounts.register_player", client=client, body=body, status=201).parsed
        return user.user.id, generated.AuthenticatedClient(base_url=ADDRESS, token=user.access_token)

    (author, client), (_, reader) = register(), register()
    draft = types.PostToPublish(content="Hello #generated", visibility=types.PostVisibility.FOLLOWERS)
    published = call("posts.publish_post", client=client, body=draft, status=201)
    post = published.parsed
    assert models.Post.model_validate_json(published.content).visibility.value == "FOLLOWERS"
    hidden = call("posts.read_post", post.id, client=reader, status=404).parsed
    assert isinstance(hidden, types.SocialPlayError) and hidden.message == "Post not found", hidden
    call("players.follow_player", author, client=reader, status=200)
    feed = call("posts.read_post_feed", client=reader, status=200)
    assert [entry.id for entry in feed.parsed] == [post.id]
    call("posts.like_post", post.id, client=reader, status=200)
    text = types.CommentText(content="Well played")
    comment = call("comments.comment_post", post.id, client=reader, body=text, status=201).parsed
    read = call("posts.read_post", post.id, client=reader, status=200)
    assert read.parsed.is_liked and read.parsed.likes_count == 1
    assert [entry.id for entry in read.parsed.comments] == [comment.id]
    whole = models.PostWithComments.model_validate_json(read.content)
    assert whole.comments[0].content == "Well played" and str(whole.id) == str(post.id)
    kept = call("drafts.create_draft", client=client, body=types.DraftToKeep(content="Later"), status=201).parsed
    assert [entry.id for entry in call("drafts.list_drafts", client=client, status=200).parsed.drafts] == [kept.id]
    refused = call("posts.like_post", post.id, client=reader, status=400).parsed
    assert refused.message == "Post already liked", refused
    me = call("players.read_own_account", client=client, status=200).parsed
    assert me.posts_count == 1 and me.role == types.AccountRole.USER
    print("used", post.id)


main()
