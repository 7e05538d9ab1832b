use axum::{
    Json,
    body::Bytes,
    extract::{FromRequest, Request},
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

pub const SIDE: usize = 28;
pub const PIXELS: usize = SIDE * SIDE;

/// Row-major grey values 0..1 of a 28 x 28 picture.
pub struct Image(pub Vec<f32>);

#[derive(Deserialize)]
struct Body {
    image: Vec<f32>,
}

/// Takes one of two content types, as axum's example `parse-body-based-on-content-type` does.
impl<S: Send + Sync> FromRequest<S> for Image {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let content_type = request
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let greys = if content_type.starts_with("application/octet-stream") {
            let bytes = Bytes::from_request(request, state)
                .await
                .map_err(IntoResponse::into_response)?;
            bytes.iter().map(|&byte| f32::from(byte) / 255.0).collect()
        } else {
            let Json(Body { image }) = Json::from_request(request, state)
                .await
                .map_err(IntoResponse::into_response)?;
            image
        };
        Image::try_from(greys).map_err(|flaw| (StatusCode::UNPROCESSABLE_ENTITY, flaw).into_response())
    }
}

impl TryFrom<Vec<f32>> for Image {
    type Error = String;

    fn try_from(greys: Vec<f32>) -> Result<Self, String> {
        if greys.len() != PIXELS {
            return Err(format!("expected {PIXELS} grey values, received {}", greys.len()));
        }
        if let Some(index) = greys.iter().position(|grey| !(0.0..=1.0).contains(grey)) {
            return Err(format!("image[{index}]: expected a number from 0 to 1"));
        }
        Ok(Image(greys))
    }
}
