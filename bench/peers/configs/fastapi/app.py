"""Stores configs: FastAPI, pydantic and asyncpg."""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import uvicorn
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel


class Config(BaseModel):
    name: str
    metadata: dict[str, Any]


async def prepare(connection: asyncpg.Connection) -> None:
    await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=json.dumps, decoder=json.loads)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    connections = int(os.environ["DATABASE_POOL_SIZE"])
    async with asyncpg.create_pool(
        os.environ["DATABASE_URL"], min_size=connections, max_size=connections, init=prepare
    ) as pool:
        app.state.pool = pool
        yield


app = FastAPI(lifespan=lifespan)


@app.post("/configs", status_code=201)
async def create(config: Config) -> Config:
    status = await app.state.pool.execute(
        "insert into configs (name, metadata) values ($1, $2) on conflict (name) do nothing",
        config.name,
        config.metadata,
    )
    if status != "INSERT 0 1":
        raise HTTPException(409, "a config has this name already")
    return config


@app.get("/configs/{name}")
async def read(name: str) -> Config:
    row = await app.state.pool.fetchrow("select name, metadata from configs where name = $1", name)
    if row is None:
        raise HTTPException(404, "no config has this name")
    return Config(name=row["name"], metadata=row["metadata"])


@app.put("/configs/{name}")
async def replace(name: str, config: Config) -> Config:
    if config.name != name:
        raise HTTPException(400, "a config cannot be renamed")
    status = await app.state.pool.execute(
        "update configs set metadata = $2 where name = $1", config.name, config.metadata
    )
    if status != "UPDATE 1":
        raise HTTPException(404, "no config has this name")
    return config


if __name__ == "__main__":
    uvicorn.run(
        app,
        host=os.environ["HOST"],
        port=int(os.environ["PORT"]),
        loop="uvloop",
        http="httptools",
        log_level="warning",
        access_log=False,
    )
