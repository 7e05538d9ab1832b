//! Recognises handwritten digits: axum, serde and ONNX Runtime by way of `ort`.
mod image;
mod model;

use std::{env, error::Error, sync::Arc};

use axum::{Json, Router, extract::State, http::StatusCode, routing::post};

use crate::{
    image::Image,
    model::{Model, Prediction},
};

/// Inference takes some tens of microseconds: shorter than the way to `spawn_blocking`'s pool and back, which was measured
/// and is slower.
async fn predict(State(model): State<Arc<Model>>, image: Image) -> Result<Json<Prediction>, (StatusCode, String)> {
    match model.classify(image) {
        Ok(prediction) => Ok(Json(prediction)),
        Err(error) => Err((StatusCode::INTERNAL_SERVER_ERROR, error.to_string())),
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let model = Model::open(env::var("MODEL_PATH")?, env::var("MODEL_VERSION")?)?;
    let app = Router::new()
        .route("/predict", post(predict))
        .with_state(Arc::new(model));
    let address = format!("{}:{}", env::var("HOST")?, env::var("PORT")?);
    let listener = tokio::net::TcpListener::bind(address).await?;
    axum::serve(listener, app).await?;
    Ok(())
}
