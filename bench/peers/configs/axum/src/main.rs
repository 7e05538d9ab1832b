//! Stores configs: axum, serde and tokio-postgres with a pool of deadpool's.
mod problem;
mod store;

use std::{env, error::Error};

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post},
};

use crate::{
    problem::Problem,
    store::{Config, Store},
};

async fn create(State(store): State<Store>, Json(config): Json<Config>) -> Result<(StatusCode, Json<Config>), Problem> {
    if store.create(&config).await? {
        Ok((StatusCode::CREATED, Json(config)))
    } else {
        Err(Problem::NameTaken)
    }
}

async fn read(State(store): State<Store>, Path(name): Path<String>) -> Result<Json<Config>, Problem> {
    let config = store.find(&name).await?;
    config.map(Json).ok_or(Problem::NotFound)
}

async fn replace(
    State(store): State<Store>,
    Path(name): Path<String>,
    Json(config): Json<Config>,
) -> Result<Json<Config>, Problem> {
    if name != config.name {
        return Err(Problem::Renamed);
    }
    if store.replace(&config).await? {
        Ok(Json(config))
    } else {
        Err(Problem::NotFound)
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let store = Store::open(env::var("DATABASE_URL")?, env::var("DATABASE_POOL_SIZE")?.parse()?)?;
    let app = Router::new()
        .route("/configs", post(create))
        .route("/configs/{name}", get(read).put(replace))
        .with_state(store);
    let address = format!("{}:{}", env::var("HOST")?, env::var("PORT")?);
    let listener = tokio::net::TcpListener::bind(address).await?;
    axum::serve(listener, app).await?;
    Ok(())
}
