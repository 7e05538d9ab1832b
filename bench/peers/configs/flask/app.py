"""Stores configs: Flask and psycopg."""

import os

from flask import Flask, abort, jsonify, request
from flask.typing import ResponseReturnValue
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool

connections = int(os.environ["DATABASE_POOL_SIZE"])
pool = ConnectionPool(
    os.environ["DATABASE_URL"],
    min_size=connections,
    max_size=connections,
    # A transaction for one statement is a round trip more.
    kwargs={"autocommit": True},
    open=True,
)

app = Flask(__name__)


@app.post("/configs")
def create() -> ResponseReturnValue:
    config = config_of(request.get_json())
    with pool.connection() as connection:
        cursor = connection.execute(
            "insert into configs (name, metadata) values (%s, %s) on conflict (name) do nothing",
            (config["name"], Jsonb(config["metadata"])),
        )
    if cursor.rowcount == 0:
        abort(409, "a config has this name already")
    return jsonify(config), 201


@app.get("/configs/<name>")
def read(name: str) -> ResponseReturnValue:
    with pool.connection() as connection:
        row = connection.execute("select name, metadata from configs where name = %s", (name,)).fetchone()
    if row is None:
        abort(404, "no config has this name")
    return jsonify(name=row[0], metadata=row[1])


@app.put("/configs/<name>")
def replace(name: str) -> ResponseReturnValue:
    config = config_of(request.get_json())
    if config["name"] != name:
        abort(400, "a config cannot be renamed")
    with pool.connection() as connection:
        cursor = connection.execute(
            "update configs set metadata = %s where name = %s", (Jsonb(config["metadata"]), name)
        )
    if cursor.rowcount == 0:
        abort(404, "no config has this name")
    return jsonify(config)


def config_of(body: object) -> dict[str, object]:
    match body:
        case {"name": str(name), "metadata": dict(metadata)}:
            return {"name": name, "metadata": metadata}
    abort(400, "expected a name and metadata")
