"""Checks what Package.swift cannot: the rules between folders of one target, and where SQL and Redis commands stand."""
import re

from repository import files, finish, lines

SURFACES = "Sources/API/Surfaces/"
# The rooms that may hold SQL; the driver has the statements of the protocol alone (SET, SELECT 1).
SQL_ROOMS = ("Sources/Storage/", "Sources/Jobs/", "Sources/Drivers/Postgres/")
SQL = re.compile(r"\bSELECT\b.*\bFROM\b|\bINSERT\s+INTO\b|\bUPDATE\s+\w+(\s+AS\s+\w+)?\s+SET\b|\bDELETE\s+FROM\b")
IMPORT = re.compile(r"^[^/]*\bimport\s+(?:(?:struct|class|enum|protocol|func|typealias)\s+)?(\w+)")
COMMAND = re.compile(
    r'"(SET|DEL|INCR|DECR|EXPIRE|HGET|HSET|HMGET|HDEL|HGETALL|LPUSH|RPUSH|LRANGE|SADD|SREM|ZADD|ZREM|ZRANGE|MGET|MSET'
    r'|PUBLISH|SUBSCRIBE|EVAL|EVALSHA|SCAN|UNLINK)"')

# Readers use the view hidden_users, the one filter between users. These write blocks, list a user's own, or depend on a
# block's direction.
BLOCKS = re.compile(r"\b(FROM|JOIN|INTO|UPDATE|USING) blocks\b")
BLOCK_FILES = (
    "Sources/Storage/Friends/BlockStore.swift", "Sources/Storage/Accounts/AccountExports+Content.swift",
    "Sources/Storage/Functions/views.sql", "Sources/Storage/Functions/follows.sql",
    "Sources/Storage/Functions/friends.sql", "Sources/Storage/Functions/messages.sql",
    "Sources/Storage/Functions/mutes.sql")

faults = []
for path in files("Sources/Storage", endings=(".swift", ".sql")):
    for number, line in lines(path):
        if BLOCKS.search(line) and path not in BLOCK_FILES and "/Migrations/" not in path:
            faults.append(f"{path}:{number}: readers filter by the view hidden_users, not by blocks")
for path in files("Sources", endings=(".swift",)):
    for number, line in lines(path):
        imported = IMPORT.match(line)
        module = imported.group(1) if imported else ""
        # The whole of Foundation brings ICU and its tables along; FoundationEssentials has what is needed.
        if module.startswith("Foundation") and module != "FoundationEssentials":
            faults.append(f"{path}:{number}: only FoundationEssentials may be imported in Sources")
        code = re.sub(r"^\s*//.*", "", line)
        if path.startswith(SURFACES):
            if module in ("Redis", "Storage", "Postgres", "Jobs", "MediaStoring"):
                faults.append(f"{path}:{number}: a surface must not import {module}: it belongs to a feature")
            if "redis.key(" in code or COMMAND.search(code):
                faults.append(f"{path}:{number}: a surface must not use Redis: it belongs to a feature")
        if not path.startswith(SQL_ROOMS) and SQL.search(code):
            faults.append(f"{path}:{number}: SQL outside Storage and Jobs")
finish("rooms", faults)
